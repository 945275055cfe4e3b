# Two commands matter: `make run` and `make test`. Python 3.11 or newer is all they need.
.DEFAULT_GOAL := help
.PHONY: help run test check bench proof advisories bill lock clean venv

NEEDED := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= python3
PORT ?= 8000
SIZE ?= ci
ONLY ?= all
ARGS ?=

# What starts processes by the hundred should not compile everything anew for each.
test proof bench: export PYTHONDONTWRITEBYTECODE =

BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --require-hashes --no-input --disable-pip-version-check -q
COMPILE := uv pip compile pyproject.toml --universal --generate-hashes --no-header \
	--no-emit-index-url -q

# Installs $(1), unless exactly this file was installed before.
define installed
	@cmp -s $(1) .venv/$(1) || { echo "Installing $(1) into .venv" && \
		$(INSTALL) -r $(1) && cp $(1) .venv/$(1); }
endef

help:
	@echo "make run [PORT=8000]   the service with a demo program and its own PostgreSQL"
	@echo "make test [ARGS=…]     every test but the long campaigns and the benchmark"
	@echo "make check             format, lint, types, import contracts, openapi.json"
	@echo "make proof | bench     campaigns | benchmark; SIZE=ci|release, ONLY=<name>"
	@echo "make advisories        known vulnerabilities of what is shipped; fails where it cannot tell"
	@echo "make bill              bill.json: what is shipped beside our own code (CycloneDX)"
	@echo "make lock | clean      compile the lock files | remove .venv and caches"

run: venv
	$(call installed,requirements.lock)
	@exec env TIERS_PORT=$(PORT) $(BIN)/python -m app demo --serve

test: venv
	$(call installed,requirements-dev.lock)
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: venv
	$(call installed,requirements-dev.lock)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m app openapi --check

bench: venv
	$(call installed,requirements-dev.lock)
	@$(BIN)/python -m tests.bench --size $(SIZE) $(if $(filter-out all,$(ONLY)),--only $(ONLY))

proof: venv
	$(call installed,requirements-dev.lock)
	@$(BIN)/python -m tests.proof $(ONLY) --size $(SIZE)

advisories: venv
	$(call installed,requirements-dev.lock)
	@$(BIN)/pip-audit --strict --disable-pip --require-hashes -r requirements.lock

bill: venv
	$(call installed,requirements-dev.lock)
	@$(BIN)/python .ci/bill > bill.json

lock:
	$(COMPILE) -o requirements.lock
	$(COMPILE) --group dev -o requirements-dev.lock

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A folder whose pip does not work was left by an interrupted creation, or its Python has gone.
venv:
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { \
		for name in $(PYTHON) python3.14 python3.13 python3.12 python3.11 ""; do \
			test -n "$$name" && $$name -c '$(NEEDED)' 2>/dev/null && break; done; \
		test -n "$$name" || { \
			echo "Needed: Python 3.11 or newer with venv and ensurepip (Debian, Ubuntu: apt" \
				"install python3-venv), or its name: make run PYTHON=/path/to/python3.12" >&2; \
			exit 1; }; \
		rm -rf .venv && $$name -m venv .venv; }
