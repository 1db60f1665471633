# Two commands: `make playground` to try the bot, `make test` to check it. Each sets up all it needs.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin

.PHONY: playground test

playground: .venv/ready
	$(BIN)/python -m bot playground

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

# `venv --without-pip` works where Debian's python3-venv is missing; the pip of $(PYTHON) fills it.
.venv/ready: requirements-dev.txt
	$(PYTHON) -m venv --clear --without-pip .venv
	$(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install --quiet --require-hashes -r requirements-dev.txt
	touch $@
