"""Runs queries in a process of its own that has little memory, little time and no sockets.

Started by `kg.query.engine` for one query, by `kg.query.warm` for many. Half its time is its
start, so it imports as little as it can and nothing of kg. The job comes as arguments `key=value`,
the query on stdin; the answer goes to stdout as it is made; the last line of stderr is the report,
a Python literal in ASCII: `{"kind", "variables", "rows"}` when the answer is whole, `{"error",
"message"}` when it is not. An answer without a report was cut off.

For many queries (`serve`) stdin has two frames for each, the job (`key=value`, parted by zero
bytes) and the query, and stdout frames marked D (a piece of the answer) and R (the report). A
frame is its length in four bytes and its content.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # typing and collections take 10 ms to import
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pyoxigraph

    Report = dict[str, str | int | list[str]]

_EACCES = 13
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP = 1, 38, 22
_SECCOMP_MODE_FILTER = 2
_RET_KILL, _RET_ERROR, _RET_ALLOW = 0x8000_0000, 0x0005_0000, 0x7FFF_0000
_LOAD, _JUMP_EQUAL, _JUMP_GREATER_EQUAL, _RETURN = 0x20, 0x15, 0x35, 0x06
_X32 = 0x4000_0000  # x86_64 has its system calls a second time from here on
# machine: its name for the audit, and its numbers of socket, socketpair, connect, io_uring_setup
_MACHINES = {
    "x86_64": (0xC000_003E, (41, 53, 42, 425)),
    "aarch64": (0xC000_00B7, (198, 199, 203, 425)),
}


class Job:
    """What to do, read from arguments; what is not among them is None."""

    def __init__(self, arguments: Sequence[str]) -> None:
        given = dict(argument.split("=", 1) for argument in arguments)

        def number(key: str) -> int | None:
            return int(given[key]) if key in given else None

        self.store = given["store"]
        self.format = given["format"]
        self.base = given.get("base")
        self.cpu = number("cpu")
        self.memory_mb = number("memory_mb")
        self.max_rows = number("max_rows")
        self.max_bytes = number("max_bytes")
        self.parent = number("parent")
        self.path = given.get("path", "")  # where pyoxigraph is
        self.prefixes = {key[:-1]: value for key, value in given.items() if key.endswith(":")}


class TooLarge(Exception):
    """The answer has more rows or bytes than the job allows."""


class Output:
    """Passes an answer on to `write`, counts its rows, and stops where it grows too large."""

    def __init__(
        self,
        write: Callable[[bytes], object],
        count: Callable[[bytes], int],
        max_rows: int | None,
        max_bytes: int | None,
    ) -> None:
        self._write, self._count = write, count
        self._max_rows, self._max_bytes = max_rows, max_bytes
        self.rows = self.size = 0

    def write(self, piece: bytes) -> int:
        """Take the next piece of the answer."""
        self.rows += self._count(piece)
        self.size += len(piece)
        if self._max_rows is not None and self.rows > self._max_rows:
            raise TooLarge(f"more than {self._max_rows:,} rows")
        if self._max_bytes is not None and self.size > self._max_bytes:
            raise TooLarge(f"more than {self._max_bytes / 2**20:,.0f} MB")
        self._write(piece)
        return len(piece)

    def flush(self) -> None:
        """Do nothing: `main` flushes at the end."""


def row_counter(format: str) -> Callable[[bytes], int]:
    """Return a function that counts the rows that begin in each next piece of an answer.

    The engine serialises without saying how many rows it wrote, and to go through them in
    Python instead would take ten times as long.
    """
    return {"json": _count_json, "xml": _count_xml, "csv": _count_csv, "tsv": _count_tsv}[format]()


def _count_xml() -> Callable[[bytes], int]:
    tail = b""

    def count(piece: bytes) -> int:
        nonlocal tail
        piece = tail + piece
        tail = piece[-7:]  # one short of the tag
        return piece.count(b"<result>")

    return count


def _count_tsv() -> Callable[[bytes], int]:
    head = 1

    def count(piece: bytes) -> int:
        nonlocal head
        lines = piece.count(b"\n")
        header, head = min(head, lines), max(0, head - lines)
        return lines - header

    return count


def _count_csv() -> Callable[[bytes], int]:
    lines, quoted = _count_tsv(), False

    def count(piece: bytes) -> int:
        nonlocal quoted
        parts = piece.split(b'"')
        outside = b"".join(parts[quoted::2])
        quoted ^= len(parts) % 2 == 0
        return lines(outside)

    return count


def _count_json() -> Callable[[bytes], int]:
    tail, quoted = b"", False

    def count(piece: bytes) -> int:
        nonlocal tail, quoted
        piece = tail + piece
        # what may belong together with the next piece: half an escape, the start of a row
        backslashes = len(piece) - len(piece.rstrip(b"\\"))
        cut = len(piece) - (backslashes % 2 or piece.endswith((b",", b"[")))
        piece, tail = piece[:cut], piece[cut:]
        parts = piece.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
        outside = b'"'.join(parts[quoted::2])
        quoted ^= len(parts) % 2 == 0
        return outside.count(b"[{") + outside.count(b",{")

    return count


def die_with_parent(parent: int | None) -> None:
    """End this process when the one that started it ends, where the system offers that."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, 9)
    if sys.platform != "win32" and parent not in (None, os.getppid()):
        os._exit(1)  # it ended before we could ask


def limit(cpu: int | None, memory_mb: int | None, taken: int | None = None) -> None:
    """Limit processor time and memory, and leave no core file, where the system can.

    The memory is what the query may take on top of the store that is already open, whose
    threads reserve half a gigabyte of addresses that they never use. With `taken`, what was held
    before the first of many queries, both limits can be set anew for the next one.
    """
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    again = taken is not None
    open_end = resource.RLIM_INFINITY
    if cpu is not None:
        if again:  # the time of the queries before is spent already
            cpu += int(sum(resource.getrusage(resource.RUSAGE_SELF)[:2]))
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, open_end if again else cpu + 1))
    if memory_mb is not None and sys.platform == "linux":
        most = (held() if taken is None else taken) + memory_mb * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (most, open_end if again else most))


def held() -> int:
    """The bytes of addresses that this process holds; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    with open("/proc/self/statm", "rb") as statm:
        return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def close_sockets() -> bool:
    """Take the network away from this process for good; tell whether that was possible.

    Linux: a seccomp filter that answers the calls which make a connection with EACCES, and
    ends a process that calls them by another machine's numbers. macOS: the sandbox profile
    `no-network`. Elsewhere nothing: there the look at the text beforehand has to do.
    """
    if sys.platform == "darwin":
        import ctypes

        try:
            system = ctypes.CDLL("/usr/lib/libSystem.dylib")
            return bool(system.sandbox_init(b"no-network", 1, ctypes.byref(ctypes.c_char_p())) == 0)
        except (OSError, AttributeError):
            return False
    if sys.platform != "linux" or os.uname().machine not in _MACHINES:
        return False
    import ctypes
    import struct

    program = b"".join(struct.pack("=HBBI", *step) for step in _filter(os.uname().machine))
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: how many steps, and where they are
    head = ctypes.create_string_buffer(
        struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    )
    return (
        _prctl(_PR_SET_NO_NEW_PRIVS, 1) == 0
        and _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(head)) == 0
    )


def _filter(machine: str) -> list[tuple[int, int, int, int]]:
    """Return the filter as steps: code, jump if true, jump if false, value."""
    audit, calls = _MACHINES[machine]
    refuse = len(calls) + 1  # from the test for the second set of calls to the refusal
    return [
        (_LOAD, 0, 0, 4),  # the machine
        (_JUMP_EQUAL, 1, 0, audit),
        (_RETURN, 0, 0, _RET_KILL),
        (_LOAD, 0, 0, 0),  # the call
        (_JUMP_GREATER_EQUAL, refuse, 0, _X32),
        *((_JUMP_EQUAL, refuse - 1 - index, 0, call) for index, call in enumerate(calls)),
        (_RETURN, 0, 0, _RET_ALLOW),
        (_RETURN, 0, 0, _RET_ERROR | _EACCES),
    ]


def _prctl(option: int, first: int, second: int = 0) -> int:
    import ctypes

    call = ctypes.CDLL(None).prctl
    call.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    return int(call(option, first, second, 0, 0))


def answer(job: Job, query: str, write: Callable[[bytes], object]) -> Report:
    """Run a query, pass the answer to `write` piece by piece, and return the report."""
    import pyoxigraph

    try:
        store = pyoxigraph.Store.read_only(job.store)
    except (OSError, ValueError) as error:
        return {"error": "store", "message": str(error)}
    limit(job.cpu, job.memory_mb)
    return _asked(store, job, query, write)


def _asked(
    store: pyoxigraph.Store, job: Job, query: str, write: Callable[[bytes], object]
) -> Report:
    import pyoxigraph

    try:
        results = store.query(query, base_iri=job.base, use_default_graph_as_union=False)
        if isinstance(results, pyoxigraph.QueryTriples):
            return _write_triples(results, job, write)
        return _write_rows(results, job, write)
    except SyntaxError as error:
        return {"error": "syntax", "message": str(error)}
    except MemoryError:
        return {"error": "memory", "message": ""}
    except TooLarge as error:
        return {"error": "large", "message": str(error)}
    except (OSError, ValueError, RuntimeError) as error:
        return {"error": "evaluation", "message": str(error)}


def _write_rows(
    results: pyoxigraph.QuerySolutions | pyoxigraph.QueryBoolean,
    job: Job,
    write: Callable[[bytes], object],
) -> Report:
    import pyoxigraph

    output = Output(write, row_counter(job.format), job.max_rows, job.max_bytes)
    format = getattr(pyoxigraph.QueryResultsFormat, job.format.upper())
    results.serialize(output, format)  # type: ignore[arg-type]  # it only calls write and flush
    if isinstance(results, pyoxigraph.QueryBoolean):
        return {"kind": "ask", "variables": [], "rows": 1}
    names = [variable.value for variable in results.variables]
    return {"kind": "select", "variables": names, "rows": output.rows}


def _write_triples(
    results: pyoxigraph.QueryTriples, job: Job, write: Callable[[bytes], object]
) -> Report:
    """Write triples in order, each once, with the prefixes of the job that occur in them."""
    import pyoxigraph

    formats = pyoxigraph.RdfFormat
    format = {
        "ntriples": formats.N_TRIPLES,
        "turtle": formats.TURTLE,
        "rdfxml": formats.RDF_XML,
        "jsonld": formats.JSON_LD,
    }[job.format]
    triples = sorted(set(results), key=str)
    if job.max_rows is not None and len(triples) > job.max_rows:
        raise TooLarge(f"more than {job.max_rows:,} triples")
    prefixes = None
    if format != formats.N_TRIPLES:
        plain = pyoxigraph.serialize(triples, format=formats.N_TRIPLES) or b""
        prefixes = {
            prefix: iri for prefix, iri in job.prefixes.items() if b"<" + iri.encode() in plain
        }
    output = Output(write, lambda _: 0, None, job.max_bytes)
    pyoxigraph.serialize(triples, output, format, prefixes=prefixes)  # type: ignore[arg-type]
    return {"kind": "construct", "variables": [], "rows": len(triples)}


def serve(
    store: str, read: Callable[[int], bytes], write: Callable[[bytes], object],
    flush: Callable[[], object],
) -> None:  # fmt: skip
    """Answer one query after the other from the same open store, until there is no more to read.

    The report tells besides how much more is held than before the first query (`held`).
    """
    import pyoxigraph

    def piece(mark: bytes, content: bytes) -> None:
        write(mark + len(content).to_bytes(4, "big"))
        write(content)

    def frame() -> bytes:
        return read(int.from_bytes(read(4), "big"))

    opened: pyoxigraph.Store | None = None
    failed = ""
    try:
        opened = pyoxigraph.Store.read_only(store)
    except (OSError, ValueError) as error:
        failed = str(error)
    taken = held()
    while head := frame():
        job = Job(head.decode().split("\0"))
        query = frame().decode()
        if opened is None:
            report: Report = {"error": "store", "message": failed}
        else:
            limit(job.cpu, job.memory_mb, taken)
            report = _asked(opened, job, query, lambda body: piece(b"D", body))
        report["held"] = held() - taken
        piece(b"R", ascii(report).encode())
        flush()


def main() -> None:
    """Read the job, run it, report; or serve, where that is asked."""
    job = Job([argument for argument in sys.argv[1:] if argument != "serve"])
    die_with_parent(job.parent)
    sealed = close_sockets()
    sys.path.append(job.path)
    if "serve" in sys.argv[1:]:
        out = sys.stdout.buffer
        serve(job.store, sys.stdin.buffer.read, out.write, out.flush)
        os._exit(0)
    query = sys.stdin.buffer.read().decode()
    report = answer(job, query, sys.stdout.buffer.write)
    report["sealed"] = sealed
    sys.stdout.buffer.flush()
    sys.stderr.buffer.write(b"\n" + ascii(report).encode() + b"\n")
    sys.stderr.buffer.flush()
    # closing the store takes longer than a small query, and there is nothing to save
    os._exit(0)


if __name__ == "__main__":
    main()
