# Two commands: `make run` starts the chat, `make test` checks everything.
# Each sets up .venv first, on a machine that has nothing but Python 3.11 or newer.

PYTHON ?= python3
UV_VERSION = 0.13.9
PIP_AUDIT_VERSION = 2.10.1
VENV = .venv
# What is installed besides, commas between: make EXTRAS=postgres,mcp run
EXTRAS =
BIN = $(VENV)/bin

.DELETE_ON_ERROR:
.PHONY: help run test quick lint audit pictures clean

help:
	@echo 'make run     set up .venv and start the chat'
	@echo 'make test    set up .venv, check style and types, run every test'
	@echo 'make quick   the same without the slow tests'
	@echo 'make audit   look up known vulnerabilities of what is installed (needs the network)'
	@echo 'make pictures  make the pictures of the README anew (needs Chromium)'
	@echo 'make clean   remove .venv and what the tools left behind; the library in data/ stays'

run: $(VENV)/.installed
	@$(BIN)/python app.py

test: quick
	@$(BIN)/pytest -n 2 --dist loadfile -m slow

quick: lint
	@$(BIN)/pytest -n 2 --dist loadfile -m 'not slow'

lint: $(VENV)/.installed-test
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

# In an environment of its own: what audits is not among what is audited. It says how many packages
# were audited, and fails where not all of them could be.
audit: $(VENV)/.installed
	@$(BIN)/uv pip freeze --python $(BIN)/python --exclude-editable > $(VENV)/installed.txt
	@$(BIN)/uv tool run --from pip-audit==$(PIP_AUDIT_VERSION) pip-audit --no-deps --disable-pip \
		--progress-spinner off --format json --requirement $(VENV)/installed.txt 2>/dev/null \
		| $(BIN)/python .ci/audit

pictures: $(VENV)/.installed-test
	@$(BIN)/python -m tests.browser.pictures

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.uv-$(UV_VERSION):
	@command -v $(PYTHON) >/dev/null || { echo '$(PYTHON) is not installed; Python 3.11 or newer is needed (make PYTHON=/path/to/python3 run).' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed and $(PYTHON) is $$($(PYTHON) -V 2>&1); name a newer one: make PYTHON=python3.12 run." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { echo 'The virtual environment could not be made; on Debian and Ubuntu, install python3-venv first.' >&2; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

# uv reads none of pip's settings: what pip was told of a mirror or of wheels on
# the disk, by a file or by the environment, is handed on to it.
INSTALL = \
	told() { $(BIN)/pip config get "global.$$1" 2>/dev/null || true; }; \
	index="$${PIP_INDEX_URL:-$$(told index-url)}"; \
	links="$${PIP_FIND_LINKS:-$$(told find-links)}"; \
	certificate="$${PIP_CERT:-$$(told cert)}"; \
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$$index}"; fi; \
	if [ -n "$$links" ]; then export UV_FIND_LINKS="$${UV_FIND_LINKS:-$$(echo $$links | tr ' ' ',')}"; fi; \
	if [ -n "$$certificate" ]; then export SSL_CERT_FILE="$${SSL_CERT_FILE:-$$certificate}"; fi; \
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --editable

$(VENV)/.installed: pyproject.toml $(VENV)/.uv-$(UV_VERSION)
	@echo 'Setting up $(VENV); the first time takes some minutes.' >&2
	@$(INSTALL) '.$(if $(EXTRAS),[$(EXTRAS)])'
	@$(BIN)/python -m compileall -q rag app.py
	@touch $@

$(VENV)/.installed-test: pyproject.toml $(VENV)/.uv-$(UV_VERSION)
	@echo 'Setting up $(VENV) for the tests; the first time takes some minutes.' >&2
	@$(INSTALL) '.[test,mcp,metrics,postgres,tracing]'
	@$(INSTALL) . --no-deps --group weights
	@$(BIN)/python -m compileall -q rag app.py
	@touch $@ $(VENV)/.installed
