# Two commands: `make playground` to try the bot, `make test` to check it. Each sets up all it needs.
# PYTHON is the first of these that is 3.11 or newer and has pip; `make test PYTHON=/path/to/python3.12` takes another.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	$$name -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done)
PORT ?= 8040
BIN := .venv/bin

.PHONY: playground test

playground: .venv/ready
	$(BIN)/python -m bot playground --port $(PORT)

test: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist loadfile $(PYTEST)

# `venv --without-pip` works where Debian's python3-venv is missing; the pip of $(PYTHON) fills it.
.venv/ready: requirements-dev.txt
	$(if $(PYTHON),,$(error Python 3.11 or newer with pip is needed; name yours: make PYTHON=/path/to/python3))
	$(PYTHON) -m venv --clear --without-pip .venv
	$(PYTHON) -m pip --disable-pip-version-check --python $(BIN)/python install --quiet --require-hashes -r requirements-dev.txt
	touch $@
