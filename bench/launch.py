"""Starts one process and tells what it took: seconds, kilobytes at most, how it ended.

    python -S launch.py LIMIT OUT ERR WORD …

The system counts as memory of a process what the one held that started it; this one is small.
"""

import json
import os
import signal
import sys
import time


def main() -> None:
    """Run the words; what they print goes to the two files."""
    limit, out, err, words = float(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
    late = []
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    start = time.perf_counter()
    try:
        process = os.posix_spawnp(
            words[0], words, os.environ, setsigmask=[], setpgroup=0,
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, out, flags, 0o600),
                          (os.POSIX_SPAWN_OPEN, 2, err, flags, 0o600)],
        )  # fmt: skip
    except OSError as error:
        print(json.dumps({"failed": f"{os.path.basename(words[0])}: {error.strerror}"}))
        return

    def stop(*_: object) -> None:
        late.append(True)
        os.killpg(process, signal.SIGKILL)

    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGTERM, stop)
    signal.setitimer(signal.ITIMER_REAL, limit)
    _, status, usage = os.wait4(process, 0)
    taken = time.perf_counter() - start
    print(json.dumps({"seconds": taken, "most": usage.ru_maxrss, "late": bool(late),
                      "code": os.waitstatus_to_exitcode(status)}))  # fmt: skip


if __name__ == "__main__":
    main()
