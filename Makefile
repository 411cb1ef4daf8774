# `make` alone lists what there is. Only Python >= 3.11 and make are needed; everything else goes into .venv.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { echo $$p; break; }; done)
BIN := .venv/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip --quiet

.DEFAULT_GOAL := help
.PHONY: help demo test lint types bench docs soak clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/.run ## set up, make the demo feed, watch it, explain the alerts
	@$(BIN)/flocon demo $(DEMO)

test: .venv/.dev lint types ## set up and run all tests
	@$(BIN)/python -m pytest $(TESTS)

lint: .venv/.dev ## check style
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .

types: .venv/.dev ## check types
	@$(BIN)/mypy

bench: .venv/.run ## measure speed and memory beside a plain loop, in one run
	@$(BIN)/python tests/bench/bench.py $(BENCH)

docs: .venv/.dev ## write the generated references anew
	@$(BIN)/python docs/generate.py

soak: .venv/.dev ## long runs: twenty kills, five million posts
	@$(BIN)/python -m pytest -m soak $(TESTS)
	@$(BIN)/python tests/bench/bench.py --soak

clean: ## remove everything made here
	rm -rf .venv .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "flocon needs Python 3.11 or newer on the PATH" >&2; exit 2; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 \
		|| { $(PYTHON) -m venv --without-pip .venv && $(PYTHON) -m pip --quiet --python .venv/bin/python install pip; } \
		|| { rm -rf .venv; echo "$(PYTHON) has neither venv with pip nor pip: install the package python3-venv" >&2; exit 2; }

.venv/.run: .venv/bin/python pyproject.toml requirements/run.txt
	@echo "setting up (once): the packages of requirements/run.txt into .venv"
	@$(PIP) install --require-hashes --requirement requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: .venv/.run requirements/dev.txt
	@$(PIP) install --require-hashes --requirement requirements/dev.txt
	@touch $@
