# make demo: sets up and runs the main job. make test: sets up and passes the tests. Both need Python >= 3.11 only.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CASE ?= china-kazakhstan-2017
DOWNLOADS ?= downloads

.PHONY: demo test lint lock data wheel clean

demo: $(VENV)/.run
	$(BIN)/landbridge appraise $(CASE) --output out/$(CASE)
	@echo "The report is at out/$(CASE)/report.html"

test: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Landbridge needs Python 3.11 or later; set PYTHON=")'
	$(PYTHON) -m venv $(VENV)

# The lock files pin every package with its hash; the project itself goes in beside them.
$(VENV)/.run: $(VENV)/bin/python requirements/run.txt pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	touch $@

lock:
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make lock" pyproject.toml --extra app --group build --output-file requirements/run.txt
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make lock" pyproject.toml --extra app --group build --group dev --output-file requirements/dev.txt

# Rebuilds the shipped data; needs the packages named in tools/README.md in DOWNLOADS.
data:
	$(MAKE) -C tools BIN=$(abspath $(BIN)) DOWNLOADS=$(abspath $(DOWNLOADS))

wheel: $(VENV)/.dev
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation --wheel-dir dist .

clean:
	rm -rf $(VENV) out dist build
