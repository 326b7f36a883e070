# The two commands of the README are `make run` and `make test`; all set-up happens by itself.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
MODULES := frontend/node_modules/.package-lock.json
CANVAS := engine/server/static/index.html
CANVAS_SOURCES := $(shell find frontend/src frontend/public frontend/index.html frontend/*.json frontend/*.ts -type f 2>/dev/null)

.PHONY: run serve test test-ray check lint unit canvas-check e2e clean

run: $(INSTALLED) ## train a classifier from the sample pictures, then predict with it
	$(BIN)/flowrun workflows/simpsons.yaml
	$(BIN)/flowrun workflows/simpsons_predict.yaml

serve: $(INSTALLED) $(CANVAS) ## open the canvas in the browser
	$(BIN)/flowrun serve workflows

test: check e2e test-ray ## everything that CI runs

check: lint unit canvas-check ## lint, format, types, import rules, unit tests

lint: $(INSTALLED)
	$(BIN)/ruff format --check engine tools tests workflows
	$(BIN)/ruff check engine tools tests workflows
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(INSTALLED)
	tests/install_postgresql
	$(BIN)/python -m pytest -q -n 2 -m "not ray"

test-ray: $(INSTALLED) ## workflows on a real Ray cluster of two machines on this one
	$(BIN)/python -m pytest -q -m ray tests/engine/cluster

canvas-check: $(MODULES)
	cd frontend && npm run --silent check

e2e: $(INSTALLED) $(CANVAS) ## the canvas in a real browser on the real server
	tests/install_chromium
	cd frontend && npm run --silent e2e

clean:
	rm -rf .venv build *.egg-info frontend/node_modules engine/server/static

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev,ray]"
	touch $@

$(MODULES): frontend/package.json frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund --silent
	touch $@

$(CANVAS): $(MODULES) $(CANVAS_SOURCES)
	cd frontend && npm run --silent build
