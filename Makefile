# What a person types. `make up` and `make test` do all the set-up themselves; both may be run again at any time.
SHELL := /bin/bash
NAME ?= martlet
VENV := .venv

.PHONY: help setup setup-tests build build-tests example-images up down test test-pure test-e2e soak simulate lint format generate clean

help: ## Lists the targets.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Installs what is missing: Debian packages, and kubectl in .venv.
	@scripts/setup

setup-tests: setup ## Installs what the end-to-end tests need: pytest, helm and clients, in .venv.
	@scripts/setup-tests

build: setup ## Builds bin/martlet in release mode.
	@scripts/build

build-tests: setup ## Builds bin/martlet, the tests and the benchmarks, in the same tree.
	@scripts/build --tests

example-images: setup ## Builds the images of examples/ from Debian packages, without a network.
	@scripts/build-example-images

up: build ## Starts a one-node cluster in the background and points kubectl at it.
	@bin/martlet start --name $(NAME)

down: ## Stops the cluster and removes all it made on this machine.
	@if [ -x bin/martlet ]; then bin/martlet delete --name $(NAME); else echo "bin/martlet is not built: nothing to stop"; fi

test: test-pure test-e2e ## Runs all tests; those that need root or what the kernel lacks say so and are skipped.

test-pure: build-tests ## The tests that need no root: pure ones and in-process clusters.
	@scripts/test-swift

test-e2e: build-tests example-images setup-tests ## The tests with real containers and real kubectl.
	@$(VENV)/bin/python -m pytest -q Tests/EndToEnd

soak: build ## Half an hour of the same work: memory, threads and descriptors at its beginning and its end.
	@bin/martlet bench soak

simulate: setup ## Does everything to a simulated cluster: SEEDS=20 from SEED=1, each ROUNDS=1 (Tests/Simulation/README.md).
	@SWIFT_DETERMINISTIC_HASHING=1 MARTLET_SIMULATION_SEED=$(or $(SEED),1) MARTLET_SIMULATION_SEEDS=$(or $(SEEDS),$(if $(SEED),1,20)) \
	MARTLET_SIMULATION_ROUNDS=$(or $(ROUNDS),1) swift run -c release Simulate

lint: ## Formatting, generated files, imports.
	@scripts/lint

format: ## Formats our Swift files.
	@git ls-files '*.swift' | grep -v /Generated/ | xargs swift format --in-place

generate: ## Generates the views from Schema/.
	@swift run -c release SchemaCompiler

clean: ## Removes what was built.
	rm -rf .build bin examples/images
