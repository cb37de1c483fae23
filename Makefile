# Kho tin công đoàn. Needs Python >= 3.11 with venv, and make; nothing else is installed outside .venv.
PYTHON ?= python3
BIN := .venv/bin
PIP := PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore $(BIN)/python -m pip --quiet
SERVE ?= yes
PORT ?= 8001

.PHONY: help demo sample-web screenshots test soak bench lint lock dist clean

help:
	@echo "make demo          a small archive from five sample sites, on http://127.0.0.1:$(PORT)  (SERVE=no: only the table)"
	@echo "make sample-web    the five sample sites alone, and the environment to crawl them with"
	@echo "make test          all quick tests      make soak   the slow fault and load tests"
	@echo "make bench         this project beside others, into benchmarks/RESULTS.md: ten minutes of two quiet cores"
	@echo "make screenshots   every page of that archive as a picture, in tests/screenshots (needs Chromium)"
	@echo "make dist          the wheel and the source archive, in dist/"
	@echo "make lint          ruff, mypy, pip check      make lock   renew the locked requirements"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; name one with make PYTHON=python3.12 …")'
	$(PYTHON) -m venv .venv

.venv/installed: $(BIN)/python requirements.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements.txt
	PYTHONWARNINGS=ignore $(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.txt
	$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

demo: .venv/installed
	@$(BIN)/python -m tests.demo --serve $(SERVE) --port $(PORT)

sample-web: .venv/installed
	@$(BIN)/python -m tests.sites

screenshots: .venv/installed-dev
	@$(BIN)/python -m tests.screenshots

test: .venv/installed-dev
	$(BIN)/python -m pytest -n 4 --dist loadfile -m "not soak"
	@echo "left to make soak:"; $(BIN)/python -m pytest -m soak --collect-only -qq | sed '/^$$/d; s/^/  /'

soak: .venv/installed-dev
	$(BIN)/python -m pytest -n 2 --dist loadfile -m soak

# The programs that benchmarks measure beside this project: venvs of their own, kept until their lists change.
PEERS := $(patsubst %,.venv/peers/%/installed,extraction annotation reprints)
.venv/peers/extraction/installed: benchmarks/peers.txt
.venv/peers/annotation/installed: benchmarks/annotation/peers.txt
.venv/peers/reprints/installed: benchmarks/reprints/peers.txt
$(PEERS): | .venv/installed-dev
	@echo "installing $< into $(@D)"
	$(BIN)/python -m venv --clear $(@D)
	PIP_DISABLE_PIP_VERSION_CHECK=1 $(@D)/bin/python -m pip --quiet install --no-deps --require-hashes -r $<
	@touch $@

bench: .venv/installed-dev $(PEERS)
	@$(BIN)/python -m benchmarks

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pip check

LOCK := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--only-binary :all: --no-header --no-annotate pyproject.toml

lock: .venv/installed-dev
	$(LOCK) --output-file requirements.txt
	$(LOCK) --extra dev --constraint requirements.txt --output-file requirements-dev.txt

# Without isolation: the tools are those of .venv, and nothing is fetched.
dist: .venv/installed-dev
	$(BIN)/python -m build --no-isolation --outdir dist .

clean:
	rm -rf .venv data/demo .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist *.egg-info
