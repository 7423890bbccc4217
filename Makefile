# make demo   set up, and the Lyushkov archive: what kg does, in a minute
# make test   set up, and all checks: style, types, layers, tests
# make bench  the times of the main jobs on the Lyushkov archive

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test bench clean

demo: .venv/.ready
	@$(BIN)/kg demo lyushkov
	@echo
	@echo "kg stands in $(BIN)/: to type it as it is, first: source $(BIN)/activate"

test: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest

bench: .venv/.ready-dev
	$(BIN)/python bench/archive.py

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "kg needs Python 3.11 or later; name one with: make PYTHON=python3.12 …")'
	@echo "setting up .venv (once)"
	@$(PYTHON) -m venv .venv

.venv/.ready: .venv/bin/python pyproject.toml
	@echo "installing kg and what it needs (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/.ready-dev: .venv/bin/python pyproject.toml
	@echo "installing kg and what its tests need (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch .venv/.ready $@

clean:
	rm -rf .venv lyushkov .mypy_cache .ruff_cache .hypothesis .import_linter_cache
