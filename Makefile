# make: set up, build, validate, show.  make test: every test and check.  The environment is .venv, from requirements.lock.
PYTHON ?= python3
BIN := .venv/bin
PYENV := $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.1[1-3].*/bin/python)
export PYTHONDONTWRITEBYTECODE =

.PHONY: all setup build check format test lint types suite matrix benchmark lock clean

all: build
	@$(BIN)/frictionless validate datapackage.json > .venv/frictionless.txt || { cat .venv/frictionless.txt; exit 1; }
	@$(BIN)/python scripts/summary.py

setup: .venv/installed

.venv/installed: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12")'
	$(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install -qq --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

build: setup
	@$(BIN)/python scripts/build.py

check: setup
	@$(BIN)/python scripts/build.py --check

format: setup
	@$(BIN)/python scripts/build.py --format
	@$(BIN)/ruff format --quiet src scripts tests benchmarks

test: check lint types suite matrix

lint: setup
	@$(BIN)/ruff check src scripts tests benchmarks
	@$(BIN)/ruff format --check src scripts tests benchmarks

types: setup
	@$(BIN)/mypy

suite: setup
	@$(BIN)/pytest

# The same tests on each Python from 3.11 to 3.13 that this machine has, with pandas 2.2 and 3.
matrix: setup
	@$(BIN)/tox run $(if $(PYENV),--discover $(PYENV))

benchmark: setup
	@$(BIN)/python benchmarks/run.py

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras --group build --group test --group benchmark \
	  --no-header --no-annotate --no-emit-index-url --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv .tox .build dist
