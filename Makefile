# The two commands of the README are `make run` and `make test`; both do all set-up by themselves.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed

.PHONY: run test check lint unit clean

run: $(INSTALLED) ## train a classifier from the sample pictures, then predict with it
	$(BIN)/flowrun workflows/simpsons.yaml
	$(BIN)/flowrun workflows/simpsons_predict.yaml

test: check ## everything that CI runs

check: lint unit ## lint, format, types, import rules, unit tests

lint: $(INSTALLED)
	$(BIN)/ruff format --check engine tools tests workflows
	$(BIN)/ruff check engine tools tests workflows
	$(BIN)/mypy
	$(BIN)/lint-imports

unit: $(INSTALLED)
	$(BIN)/python -m pytest -q -n 2

clean:
	rm -rf .venv build *.egg-info

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev]"
	touch $@
