# Everything a person does with this checkout. `make` alone lists it.
# Nothing at run time needs make: an installed wheel does the same with `nvap run`.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
TEST := $(BIN)/python -m pytest
.DEFAULT_GOAL := help
.PHONY: help run setup test test-fast gate check fix docs bench demo journeys bundle clean

help: ## list what there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

run: $(VENV)/product.stamp ## start the web and the worker on 127.0.0.1:8000 (first time: install and load the made-up force)
	@$(BIN)/python tools/assets.py
	@$(BIN)/python tools/catalogues.py compile
	@exec $(BIN)/nvap run

setup: $(VENV)/develop.stamp ## install what developing needs, build the assets and the language catalogues
	@$(BIN)/python tools/assets.py
	@$(BIN)/python tools/catalogues.py compile

test: setup ## the whole test suite: on SQLite, then the database tests on PostgreSQL
	@$(BIN)/python tools/needs.py chromium postgresql
	$(TEST) -q -m "not gate" -n 2 --dist loadfile
	NVAP_TEST_DATABASE=postgres $(TEST) -q -m "not gate and not browser" tests/web

test-fast: setup ## the inner loop: no browser, SQLite only, stops at the first failure
	$(TEST) -q -x -m "not gate and not browser" -n 2 --dist loadfile

gate: setup $(VENV)/spark.stamp ## what is slower: the wheel in an empty environment, the role crawl, kills, faults, Spark
	@$(BIN)/python tools/needs.py chromium postgresql java
	$(TEST) -q -m gate

check: setup ## style, types, the rooms' contracts, and that the documents are true
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/tree.py
	$(BIN)/python tools/reference.py --check

fix: setup ## put style right where that can be done by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: setup ## write the reference pages anew from the product
	$(BIN)/python tools/reference.py

bench: setup ## the benchmarks, each beside what a user would otherwise run
	$(BIN)/python -m benchmarks.loading --json
	$(BIN)/python -m benchmarks.measures --json
	$(BIN)/python -m benchmarks.control_charts --json
	$(BIN)/python -m benchmarks.plans --json
	$(BIN)/python -m benchmarks.nation --rows 1000000 --by month --json
	$(BIN)/python -m benchmarks.board_pack --json

demo: $(VENV)/product.stamp ## make the made-up force's files in ./made-up (SIZE=small or force)
	$(BIN)/nvap demo --size $(or $(SIZE),small) --out made-up --no-load

journeys: setup ## scripted users in a real browser: prints actions, pages and screenshots
	@$(BIN)/python tools/needs.py chromium
	$(BIN)/python -m journeys

bundle: setup ## one offline folder for a closed network: wheels, hashes, install notes
	$(BIN)/python tools/bundle.py

clean: ## remove what was built (never the workspace)
	rm -rf dist bundle build/out assets/node_modules src/nvap/web/static/gds src/nvap/documents/fonts
	find src -name '*.mo' -delete

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; none was found on the PATH." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; $(PYTHON) is older. Say which: make PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making the virtual environment …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/product.stamp: $(VENV)/bin/python requirements/run.txt pyproject.toml
	@echo "Installing what running needs (once; a few minutes on a slow line) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/spark.stamp: $(VENV)/bin/python requirements/spark.txt
	@echo "Installing Apache Spark (about 470 MB) …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/spark.txt
	@touch $@

$(VENV)/develop.stamp: $(VENV)/bin/python requirements/dev.txt pyproject.toml
	@echo "Installing what developing and testing need …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/product.stamp
