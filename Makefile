# make demo   sets everything up and runs the main job
# make test   sets up what is missing and passes the tests
# make help   the rest
.DEFAULT_GOAL := help
.PHONY: help setup demo test lint docs rust-test python-test bench bench-documents bench-ledger bench-receipts soak matrix concurrency kills emulated ct clean ledger-kills crashes fuzz mutants
SHELL := /bin/bash

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## virtual environment, native core in release mode, dependencies
	@tools/setup.sh

demo: setup ## 155,848 real baskets signed, verified, and a tampered one caught
	@.venv/bin/python tools/demo

test: setup lint rust-test python-test ## everything CI runs

lint: setup ## formats, lints, types, layers
	cargo fmt --manifest-path rust/Cargo.toml --all --check
	cargo clippy --quiet --manifest-path rust/Cargo.toml --all-targets --release -- -D warnings
	cargo fmt --manifest-path rust/fuzz/Cargo.toml --check
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/python -m pytest -q -p no:cacheprovider tests/layers

docs: setup ## the site in English and Chinese, into build/site; warnings are errors
	.venv/bin/python -m tools.site
	@echo "open build/site/index.html"

rust-test: ## the tests of the native core
	cargo test --quiet --manifest-path rust/Cargo.toml --release --workspace --exclude gmkit-py

python-test: setup ## the tests of the Python package
	@tools/postgres.sh >/dev/null || true
	@tools/strace.sh || true
	.venv/bin/python -m pytest -q -n auto --cov --cov-report=term:skip-covered --cov-report=xml

bench: setup ## ours beside the rivals, into docs/benchmarks.md (minutes)
	.venv/bin/python -m pip install --quiet --disable-pip-version-check "matplotlib>=3.8"
	.venv/bin/python benchmarks/run.py

bench-documents: setup ## signed documents in figures: small messages, 1 GiB, a folder (a minute)
	.venv/bin/python -m benchmarks.documents --mib 1024

bench-ledger: setup ## a ledger in figures beside what the disk can do (a minute)
	.venv/bin/python -m benchmarks.ledger

bench-receipts: setup ## receipts in figures: bulk on each CPU path, one at a time, memory (minutes)
	.venv/bin/python -m benchmarks.receipts

soak: setup ## 10^7 signatures and 10^8 operations against Python integers (minutes)
	.venv/bin/python tools/soak.py

concurrency: setup ## threads, forks and event loops, and memory over 10^6 operations (minutes)
	GMKIT_SLOW=1 .venv/bin/python -m pytest -q -n 0 tests/concurrency

kills: setup ## ten thousand kill -9 of an authority at work, on SQLite and PostgreSQL (half an hour)
	.venv/bin/python -m tests.ca.kills --kills 10000

crashes: setup ## a kill, a failing and a full disk at every system call of authority, ledger, receipts and files (a quarter of an hour)
	tools/strace.sh
	.venv/bin/python -m tests.crashes.run

ledger-kills: setup ## ten thousand kills of a ledger's writer, nothing acknowledged lost (minutes)
	.venv/bin/python -m tests.receipts.ledger.kills 10000

mutants: setup ## faults in the verification code, and whether a test notices; SAMPLE=n SEED=s or ALL=1 (an hour)
	.venv/bin/python -m pip install --quiet --disable-pip-version-check "tree-sitter>=0.25,<0.27" "tree-sitter-rust>=0.24,<0.25"
	.venv/bin/python tools/mutants sm2 pki cms receipts $(if $(ALL),--all,--sample $(or $(SAMPLE),150)) --seed $(or $(SEED),1)
	.venv/bin/python tools/mutants/rust.py sm2 receipts $(if $(ALL),--all,--sample $(or $(SAMPLE),150)) --seed $(or $(SEED),1)

matrix: setup ## 10^5 random cases a cell against other libraries, into docs/interoperation.md (hours)
	.venv/bin/python -m tests.interop.matrix --count 100000 --write

HOURS ?= 1
fuzz: setup ## HOURS=1 core-hours of fuzzing, every parser, into docs/fuzzing.md
	.venv/bin/python -m fuzz.run --hours $(HOURS)

emulated: ## every vector on aarch64 and on a big-endian processor, under user emulation
	tools/emulated.sh

ct: ## evidence of constant time, into docs/constant-time.md (some minutes)
	python3 -m tools.constant_time

clean: ## what the build made
	rm -rf .venv build dist rust/target rust/fuzz/target fuzz/.work src/gmkit/_native*.so *.egg-info
