# Everything from one command on a machine with Python 3.11 or newer, make and git:
# each target first sets up what it needs in .venv, once, from pinned and hashed requirements.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
DONE := $(VENV)/done
REQUIREMENTS := requirements/build.txt requirements/runtime.txt requirements/dev.txt
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input
# Tests start hundreds of processes: where nothing may keep compiled modules, each compiles all of them anew.
PYTEST := PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
WORKERS ?= auto
CHITIEU_FUZZ_EXAMPLES ?= 100000

.PHONY: help setup plan test lint types layers tests format bench docs fuzz lock clean python

help:
	@echo "make plan    the gap tables of 15 May and 30 June 2023 and the plan for the rest of the year"
	@echo "make test    every check: ruff, mypy, import-linter, pytest"
	@echo "make bench   ratios against the best peer"
	@echo "make docs    writes the outputs and tables in README.md and docs/ anew"
	@echo "make fuzz    property tests for long (CHITIEU_FUZZ_EXAMPLES, now $(CHITIEU_FUZZ_EXAMPLES))"
	@echo "make format  puts the code into its form"
	@echo "make lock    pins the requirements again after a change in pyproject.toml; UPGRADE=--upgrade for newer ones"
	@echo "make clean   removes what make has made, .venv included"
	@echo "PYTHON=...   which Python to set up with"

plan: $(DONE)/project
	$(BIN)/chitieu gap binh_thuan_2023 --as-of 2023-05-15
	$(BIN)/chitieu gap binh_thuan_2023 --as-of 2023-06-30 --basis estimate
	$(BIN)/chitieu plan binh_thuan_2023 --periods

# In this order when called without -j: the quick checks first, pytest's summary last.
test: lint types layers tests

lint: $(DONE)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DONE)/dev
	$(BIN)/mypy

layers: $(DONE)/dev
	$(BIN)/lint-imports --no-logo

tests: $(DONE)/dev
	$(PYTEST) --numprocesses $(WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder

fuzz: $(DONE)/dev
	CHITIEU_FUZZ_EXAMPLES=$(CHITIEU_FUZZ_EXAMPLES) $(PYTEST) -m fuzz --numprocesses $(WORKERS) --maxprocesses 4

bench: $(DONE)/bench
	$(BIN)/python -m benchmarks

docs: $(DONE)/dev
	$(BIN)/python -m docs.generate

format: $(DONE)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# One resolution for Python 3.11 to 3.13 on every platform; runtime and build are cut out of dev, so
# that a package has one version in all of them; bench keeps to the versions of dev.
COMPILE = $(BIN)/uv --no-config pip compile --quiet --universal --python-version 3.11 \
	--fork-strategy fewest --generate-hashes --annotation-style line --custom-compile-command "make lock"
lock: $(DONE)/dev
	$(COMPILE) $(UPGRADE) pyproject.toml --group dev --output-file requirements/dev.txt
	$(COMPILE) pyproject.toml --constraints requirements/dev.txt --output-file requirements/runtime.txt
	$(COMPILE) --group build --constraints requirements/dev.txt --output-file requirements/build.txt
	$(COMPILE) --group bench --constraints requirements/dev.txt --output-file requirements/bench.txt

clean:
	rm -rf $(VENV) build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ------------------------------------------------------------------------------------------- set-up
# Each step leaves a file in .venv/done. A changed pin makes the environment anew, so that it holds
# what the requirements say and nothing else; a changed pyproject.toml only renews the project's own
# entry. An environment made in another way has no such files and is made anew too.

setup: $(DONE)/dev

# Prints the Python that the set-up would take, or says why there is none.
python:
	@$(find_python); echo "$$found"

$(DONE)/environment: $(REQUIREMENTS)
	@$(find_python); \
	echo "Setting up $(VENV) with $$found; this happens once and takes a minute or two."; \
	"$$found" -m venv --clear $(VENV)
	@mkdir -p $(DONE)
	@touch $@

$(DONE)/runtime: $(DONE)/environment
	$(PIP) install --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	@touch $@

$(DONE)/project: pyproject.toml $(DONE)/runtime
	$(PIP) install --no-deps --no-index --no-build-isolation --editable .
	@touch $@

# After the project, never beside it: two pips in one environment would trip over each other.
$(DONE)/dev: $(DONE)/runtime | $(DONE)/project
	$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

# linopy and what it needs: on top, and only where benchmarks are run.
$(DONE)/bench: requirements/bench.txt $(DONE)/dev
	$(PIP) install --require-hashes -r requirements/bench.txt
	@touch $@

# A name on the path may be too old, have no venv (Debian packs it apart), or be a launcher of nothing.
define find_python
found=; bare=; asked="$(PYTHON)"; \
for candidate in "$$asked" python3.13 python3.12 python3.11 python3; do \
	test -n "$$candidate" || continue; \
	status=0; \
	"$$candidate" -c 'import sys; sys.version_info >= (3, 11) or sys.exit(3); import ensurepip, venv' \
		>/dev/null 2>&1 || status=$$?; \
	case $$status in \
		0) found=$$candidate; break;; \
		1) bare="$$bare $$candidate";; \
	esac; \
	if test -n "$$asked"; then \
		echo "PYTHON=$$asked is not a Python 3.11 or newer with venv; trying others." >&2; asked=; \
	fi; \
done; \
if test -z "$$found"; then \
	if test -n "$$bare"; then \
		echo "There is a new enough Python ($${bare# }), but it can't make environments: its venv or" >&2; \
		echo "ensurepip module is missing. On Debian and Ubuntu: apt-get install python3-venv" >&2; \
	else \
		echo "Python 3.11 or newer is needed, and none was found under the names python3.13, python3.12," >&2; \
		echo "python3.11 and python3. Install one, or name it: make PYTHON=/usr/local/bin/python3.12 ..." >&2; \
	fi; \
	exit 1; \
fi
endef
