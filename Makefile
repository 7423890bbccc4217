# make demo   set up, and the Lyushkov archive: what kg does, in a minute
# make test   set up, and all checks: style, types, layers, tests
# make bench  the times of the main jobs on the Lyushkov archive
# make bench-kin  kinship, GEDCOM and paths beside their peers, 10,000 people (PEOPLE=100000)

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test bench bench-kin clean

PEOPLE ?= 10000

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

bench-kin: .venv/.ready-dev bench/out/peers/.ready
	$(BIN)/python bench/kinship.py $(PEOPLE)
	$(BIN)/python bench/gedcom.py $(PEOPLE)
	$(BIN)/python bench/connect.py $(PEOPLE)
	$(BIN)/python bench/cold.py $(PEOPLE)

bench/out/peers/.ready: bench/peers.txt
	$(PYTHON) -m venv bench/out/peers
	bench/out/peers/bin/pip install --quiet -r bench/peers.txt
	@touch $@

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
