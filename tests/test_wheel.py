"""The wheel carries all it needs: installed elsewhere, away from the checkout, it answers."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_wheel_installed_elsewhere_answers(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    wheel = next(tmp_path.glob("prosokg-*.whl"))
    home = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(home)  # a wheel is unpacked as it is: kg has no build steps
    for folder in ("ontology", "shapes", "queries", "data"):
        assert any(name.startswith(f"kg/_assets/{folder}/") for name in names), folder
    assert "kg/py.typed" in names
    for file in (ROOT / "data/words").iterdir():
        assert f"kg/_assets/data/words/{file.name}" in names
    assert not any(name.startswith(("tests/", "bench/")) or "/.kg/" in name for name in names)
    away = tmp_path / "away"
    away.mkdir()
    code = (
        f"import sys; sys.path[:] = [p for p in sys.path if p != {str(ROOT)!r}];"
        f"sys.path.insert(0, {str(home)!r}); import kg; assert kg.__file__.startswith({str(home)!r});"
        "from kg.cli.app import run; run(['demo']);"
        "sys.exit(run(['-a', 'lyushkov', 'ask', 'parents', 'Lyushkov', '-f', 'csv']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=away, capture_output=True, text=True, check=False,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "d:mother" in done.stdout
