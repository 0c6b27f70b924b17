# Two commands do it all on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:

.PHONY: run test browser install install-dev lint types contracts check eval bench bench-households bench-reminders bench-rehearsal bench-turns bench-memory bench-soak lock clean help

help:            ## what can be done here
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile

run: install     ## start the bot: web chat on http://127.0.0.1:8080, no token needed
	@exec $(BIN)/python -m bot serve

install: .venv/installed          ## make .venv with what the bot needs

install-dev: .venv/installed-dev  ## the same with what the tests need

test: browser install-dev ## the whole test suite
	$(BIN)/python -m pytest

browser:
	@{ command -v chromium && $(PYTHON) -c 'import ctypes; ctypes.CDLL("libatomic.so.1")'; } > /dev/null 2>&1 || \
	  { printf '%s\n' \
	  "The tests of the web page drive Debian's Chromium, which is missing or lacks a library." \
	  "As root: apt-get install chromium libatomic1" \
	  "All else is tested without it by: make install-dev && $(BIN)/python -m pytest -m 'not browser'"; exit 1; }

lint: install-dev ## ruff: style and traps
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: install-dev ## mypy, strict, tests included
	$(BIN)/mypy

contracts: install-dev ## which room may import which
	$(BIN)/lint-imports

check: lint types contracts test ## all that CI checks on SQLite

eval: install    ## the quality gate: the project's own questions, by style, kind and place
	$(BIN)/python -m knowledge eval

bench: install-dev ## search over 600,000 clauses of 10,000 made-up places: build, memory, disk, latency
	$(BIN)/python -m knowledge bench

bench-households: install-dev ## 500 made-up households register through the real bot, which is killed again and again
	$(BIN)/python -m tests.population

bench-reminders: install-dev ## 100,000 posts are reminded: planning, draining, pace, and one message in a million rows
	$(BIN)/python -m tests.bench_reminders

bench-rehearsal: install-dev ## 1,000 officers at a fake Telegram are told of a deadline by a bot that is ended five times, asked to or killed
	$(BIN)/python -m tests.rehearsal_reminders

bench-turns: install-dev ## turns a second through the whole stack, beside a bot that only echoes
	$(BIN)/python -m tests.bench_turns

bench-memory: install-dev ## what a process holds over 200,000 turns
	$(BIN)/python -m tests.bench_memory

bench-soak: install-dev ## two bots for MINUTES=10 under load with kills, restarts of PostgreSQL and faults of Telegram
	$(BIN)/python -m tests.soak $(or $(MINUTES),10)

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Chung Tay needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { rm -rf .venv; echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }

.venv/installed: requirements.txt | .venv/bin/python
	$(PIP) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/bin/python
	$(PIP) -r requirements-dev.txt
	@touch $@ .venv/installed

lock:            ## pin requirements.in and requirements-dev.in anew (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate \
	  --no-emit-index-url -q -U requirements.in -o requirements.txt
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --no-annotate \
	  --no-emit-index-url -q -U requirements-dev.in -c requirements.txt -o requirements-dev.txt

clean:           ## forget .venv and caches; the database stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .coverage
