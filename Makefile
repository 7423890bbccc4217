# make demo   set up, and the Lyushkov archive: what kg does, in a minute
# make test   set up, and all checks: style, types, layers, tests
# make bench  every job beside its peers, 10,000 people; answers compared, table in bench/RESULTS.md
# make bench-large  the same of 100,000 (PEOPLE=1000000 for a million: hours)
# make bench-kin  kinship, GEDCOM and paths beside their peers, 10,000 people (PEOPLE=100000)

PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test bench bench-large bench-kin clean

PEOPLE ?= 10000
bench-large: PEOPLE = 100000

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

bench bench-large: .venv/.ready-dev bench/out/peers/.ready bench/out/kglab/.ready
	$(BIN)/python bench/run.py $(PEOPLE)

bench-kin: .venv/.ready-dev bench/out/peers/.ready
	$(BIN)/python bench/kinship.py $(PEOPLE)
	$(BIN)/python bench/gedcom.py $(PEOPLE)
	$(BIN)/python bench/connect.py $(PEOPLE)
	$(BIN)/python bench/cold.py $(PEOPLE)

bench/out/peers/.ready: bench/peers.txt
	$(PYTHON) -m venv bench/out/peers
	bench/out/peers/bin/pip install --quiet -r bench/peers.txt
	@touch $@

# A peer that cannot be installed is a line that says so.
bench/out/kglab/.ready: bench/peers-kglab.txt
	$(PYTHON) -m venv bench/out/kglab
	-bench/out/kglab/bin/pip install --quiet -r bench/peers-kglab.txt
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
