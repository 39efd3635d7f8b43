# The whole contributor interface. Paths are relative, so that the folder may have spaces in its name; nothing here needs
# more than the make 3.81 that macOS has.

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$python" && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet
VENV_STAMP := .venv/made
RUN_STAMP := .venv/installed
DEV_STAMP := .venv/installed-dev
TRAIN_BIN := .venv-train/bin
TRAIN_STAMP := .venv-train/installed

.DEFAULT_GOAL := help
.PHONY: help demo serve test check evaluate bench-extract train lock

help: ## show these
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1\t\2/p' Makefile

demo: $(RUN_STAMP) ## read the articles of seeds/, print who said what, and serve it on http://127.0.0.1:8000
	@$(BIN)/onrecord demo

serve: $(RUN_STAMP) ## serve what is stored
	@$(BIN)/onrecord serve

test: $(DEV_STAMP) ## run every test
	@$(BIN)/python -m pytest

check: $(DEV_STAMP) ## formatting, lint, types and the direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

evaluate: $(RUN_STAMP) ## how well quotes are found: GOLD=file.jsonl, articles with annotated attributions
	@$(BIN)/onrecord evaluate '$(GOLD)' --by publisher

bench-extract: $(RUN_STAMP) ## how fast articles are read: ARTICLES=file.jsonl, a "text" in each line
	@$(BIN)/python benchmarks/extraction.py '$(ARTICLES)'

train: $(TRAIN_STAMP) ## make the weights anew: CORPORA=folder, see training/README.md; three hours or so
	@PYTHON=$(TRAIN_BIN)/python sh training/run.sh '$(CORPORA)'

lock: $(DEV_STAMP) ## choose the newest versions that fit pyproject.toml, and write them down with their hashes
	@$(call compile,requirements.txt,)
	@$(call compile,requirements-dev.txt,--extra dev --constraint requirements.txt)

# One version for all of the Pythons and systems that we run on, and setuptools among them: it installs the project itself.
compile = echo 'setuptools>=80' | $(BIN)/uv --no-config pip compile --upgrade --quiet --universal --fork-strategy fewest \
	--generate-hashes --no-emit-index-url --no-header --no-annotate $(2) --output-file $(1) pyproject.toml -

$(RUN_STAMP): requirements.txt pyproject.toml $(VENV_STAMP)
	@echo 'Installing what OnRecord needs ...'
	@$(PIP) install --require-hashes --requirement requirements.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(DEV_STAMP): requirements-dev.txt $(RUN_STAMP)
	@echo 'Installing the tools for tests ...'
	@$(PIP) install --require-hashes --requirement requirements-dev.txt
	@touch $@

# torch is some 200 MB without and several GB with what graphics cards need, so that training has an environment of its own.
$(TRAIN_STAMP): pyproject.toml
	@test -n '$(PYTHON)' || { echo 'OnRecord needs Python 3.11 or newer: no python3 here is.' >&2; exit 1; }
	@'$(PYTHON)' -m venv .venv-train
	@$(TRAIN_BIN)/python -m pip --disable-pip-version-check --quiet install --editable '.[train]'
	@touch $@

$(VENV_STAMP):
	@test -n '$(PYTHON)' || { echo 'OnRecord needs Python 3.11 or newer: no python3 here is.' >&2; exit 1; }
	@'$(PYTHON)' -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "This Python cannot make virtual environments. On Debian: sudo apt install python3-venv" >&2; exit 1; }
	@echo 'Making .venv ...'
	@'$(PYTHON)' -m venv .venv
	@touch $@
