"""The scripts of `bench/` import each other by name, as when they are run from there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench"

pytest.importorskip("numpy")
sys.path.insert(0, str(BENCH))
