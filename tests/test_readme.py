"""The README is true: every command in it runs and prints what stands there, every snippet works."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^```(\w+)(?: (.*))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(kind: str) -> list[str]:
    return [match[3] for match in _BLOCK.finditer(README) if match[1] == kind]


def commands(block: str) -> list[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines that are to follow."""
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def run(command: str, folder: Path, environment: dict[str, str] | None = None) -> str:
    """Run a command of the README as the shell would, with the kg of these tests.

    What it says of errors is part of what a reader sees.
    """
    ours = f"{shlex.quote(sys.executable)} -m kg"
    line = re.sub(r"(^|\| |&& )kg ", rf"\1{ours} ", command)
    line = line.replace("make demo", f"{ours} demo lyushkov")
    done = subprocess.run(
        line, shell=True, cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, **(environment or {})},
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def assert_shown(command: str, expected: list[str], printed: str) -> None:
    """The expected lines are the printed ones; a line `…` stands for any lines left out."""
    lines = [line.rstrip() for line in printed.splitlines()]
    at = 0
    gap = False
    for line in expected:
        if line.strip() == "…":
            gap = True
            continue
        if gap:
            assert line in lines[at:], f"$ {command}\nno longer prints: {line}\nbut:\n{printed}"
            at = lines.index(line, at)
            gap = False
        assert at < len(lines), f"$ {command}\nprints no more, but the README goes on: {line}"
        shown = re.sub(r"\(\d+\.\d s\)", "(0.0 s)", lines[at])
        assert shown == re.sub(r"\(\d+\.\d s\)", "(0.0 s)", line), f"$ {command}"
        at += 1
    assert gap or at == len(lines), f"$ {command}\nprints more: {lines[at]}"


def test_readme_commands_print_what_it_shows(tmp_path: Path) -> None:
    seen = 0
    environment: dict[str, str] = {}
    for block in blocks("console"):
        for command, expected in commands(block):
            if command.startswith("export "):
                name, _, value = command.removeprefix("export ").partition("=")
                environment[name] = value
                continue
            printed = run(command, tmp_path, environment)
            if expected:
                assert_shown(command, expected, printed)
            seen += 1
    assert seen >= 25


def test_readme_names_every_command() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "kg", "--help"], capture_output=True, text=True, check=True
    ).stdout
    verbs = re.findall(r"^  ([a-z]+) ", listed.partition("Commands:")[2], re.MULTILINE)
    assert len(verbs) >= 15
    for verb in verbs:
        assert re.search(rf"^\$ (make demo|kg (-a \S+ )?{verb}\b)", README, re.MULTILINE), verb


def test_readme_snippets_run(tmp_path: Path) -> None:
    run("make demo", tmp_path)
    snippets = blocks("python")
    assert snippets
    for snippet in snippets:
        done = subprocess.run(
            [sys.executable, "-c", snippet],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        told = re.findall(r"^ *# → (.*)$", snippet, re.MULTILINE)
        for line in told:
            assert line in done.stdout.splitlines(), f"{line}\n{done.stdout}"


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", *map(str, (ROOT / "docs").glob("*.md"))]
)
def test_links_lead_to_files(page: str) -> None:
    file = ROOT / page
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", file.read_text(encoding="utf-8")):
        assert (file.parent / target).exists(), target
