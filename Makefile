# The environment is .venv, made from requirements.lock; make help says what there is.
PYTHON ?= python3
BIN := .venv/bin
PYTHONS := $(wildcard $(or $(PYENV_ROOT),$(HOME)/.pyenv)/versions/3.1[1-4].*/bin)
EMPTY :=
SPACE := $(EMPTY) $(EMPTY)
SHELL := bash
.SHELLFLAGS := -eo pipefail -c
export PYTHONDONTWRITEBYTECODE =

.PHONY: all help setup build check format test lint types suite matrix benchmark release next lock clean

all: build  ## build the tables, validate them, show what they hold
	@echo "Validating with pandera and with frictionless …"
	@$(BIN)/python -m scripts.check_frames
	@$(BIN)/frictionless validate datapackage.json > .venv/frictionless.txt || { cat .venv/frictionless.txt; exit 1; }
	@$(BIN)/python -m scripts.summary

help:  ## say what make can do
	@sed -nE 's/^([a-z]+):.*## (.*)/make \1\t\2/p' Makefile | expand -t 16

setup: .venv/installed  ## make .venv, with all that is needed

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12")'
	@echo "Making .venv with $$($(PYTHON) --version) …"
	@$(PYTHON) -m venv --clear .venv
	@echo "Installing $$(grep -c '^[a-z]' requirements.lock) libraries of requirements.lock; this takes a minute or two …"
	@$(BIN)/python -m pip install --progress-bar off --require-hashes --requirement requirements.lock \
	  | awk '/^Collecting/ {print "  " $$2; fflush()} /^Installing/ {print "  unpacking all of them"; fflush()}'
	@$(BIN)/python -m pip install -qq --no-deps --no-build-isolation --editable .
	@touch $@

build: setup  ## build the tables, the documents and the README's figures from the sources
	@echo "Building …"
	@$(BIN)/python -m scripts.build

check: setup  ## fail if a built file is not what the sources give
	@echo "Checking that built files are what the sources give …"
	@$(BIN)/python -m scripts.build --check

format: setup  ## write sources and code in their canonical form
	@$(BIN)/python -m scripts.build --format
	@$(BIN)/ruff format --quiet src scripts tests benchmarks

test: check lint types suite  ## all that a contributor runs: four to five minutes

lint: setup  ## check the code with ruff
	@echo "Checking the code …"
	@$(BIN)/ruff check --quiet src scripts tests benchmarks
	@$(BIN)/ruff format --quiet --check src scripts tests benchmarks

types: setup  ## check the types with mypy
	@echo "Checking the types …"
	@$(BIN)/mypy --no-error-summary

suite: setup  ## run the tests, without those of the matrix
	@echo "Testing …"
	@$(BIN)/pytest -q

matrix: setup  ## what needs other programs, other Pythons, other libraries; CI runs it after make test
	@echo "Testing with other programs …"
	@$(BIN)/pytest -q -m matrix
	@echo "Testing with other Pythons and libraries …"
	@PATH="$(subst $(SPACE),:,$(PYTHONS)):$$PATH" $(BIN)/tox run

benchmark: setup  ## measure speed and memory, and write benchmarks/results.md
	@$(BIN)/python -m benchmarks.run

release: setup  ## check a release and say what it would write; make release WRITE=1 writes it to dist/
	@$(BIN)/python -m scripts.release $(if $(WRITE),--write)

next: setup  ## after a release: make next VERSION=1.2.3 keeps it, and begins 1.2.3-dev
	@$(BIN)/python -m scripts.release --next "$(VERSION)"

lock: setup  ## write requirements.lock from pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --all-extras --group build --group test --group benchmark \
	  --no-header --no-annotate --no-emit-index-url --output-file requirements.lock pyproject.toml

clean:  ## remove what make made beside the built files
	rm -rf .venv .tox .build dist
