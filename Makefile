# Every target sets up what it needs, from a bare Python 3.11 with venv.

PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
CI ?=

RUNS ?= 100000

.PHONY: demo test check lock picture bench fuzz clean

demo: $(VENV)/run.stamp
	@$(BIN)/deliverkit demo

test: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n auto

check: test

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "deliverkit needs Python 3.11 or later with the venv module."; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/build.stamp: requirements/build.txt | $(VENV)/bin/python
	$(PIP) install --require-hashes -r requirements/build.txt
	@touch $@

$(VENV)/run.stamp: requirements/run.txt pyproject.toml $(VENV)/build.stamp
	$(PIP) install --require-hashes --no-build-isolation -r requirements/run.txt
	$(PIP) install --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/run.stamp
	$(PIP) install --require-hashes --no-build-isolation -r requirements/dev.txt
	@touch $@

$(VENV)/fuzz.stamp: requirements/fuzz.txt $(VENV)/run.stamp
	$(PIP) install --require-hashes -r requirements/fuzz.txt
	@touch $@

lock:
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header --universal --python-version 3.11 requirements/build.in -o requirements/build.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header --universal --python-version 3.11 pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header --universal --python-version 3.11 --group dev -c requirements/run.txt -o requirements/dev.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-annotate --no-header --universal --python-version 3.11 --group fuzz -o requirements/fuzz.txt

picture: $(VENV)/run.stamp
	$(BIN)/python docs/picture.py

bench: $(VENV)/run.stamp
	$(BIN)/python benchmarks/audit.py
	$(BIN)/python benchmarks/startup.py
	$(BIN)/python benchmarks/spf_evaluation.py
	$(BIN)/python benchmarks/dkim_signatures.py
	$(BIN)/python benchmarks/dmarc.py

fuzz: $(VENV)/fuzz.stamp
	for target in spf key dmarc message; do \
		$(BIN)/python fuzz/authentication.py $$target -runs=$(RUNS) || exit 1; done

clean:
	rm -rf $(VENV)
