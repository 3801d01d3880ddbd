# `make help` lists the targets.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := node_modules/.bin

# Only a missing tree is installed by itself; after a change of package-lock.json: `make install`.
node_modules:
	npm ci

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  \033[1m%-18s\033[0m %s\n", $$1, $$2 }' \
		$(MAKEFILE_LIST)

.PHONY: install
install: ## exact dependencies of package-lock.json
	npm ci

.PHONY: build
build: | node_modules ## compile src to dist
	npm run --silent build

.PHONY: run
run: build ## a node on ports 7070, 7071 and 7072
	node dist/main.js run

# --- checks ------------------------------------------------------------------------------------

.PHONY: check
check: format-check lint types core-purity boundaries dead-code proto-check packages-check chart-lint ## every check that is no test
	@echo 'check: all passed'

.PHONY: format
format: | node_modules ## rewrite all files in the project's format
	$(BIN)/prettier --write .

.PHONY: format-check
format-check: | node_modules ## fail on a file that `make format` would change
	$(BIN)/prettier --check --log-level warn .

.PHONY: lint
lint: | node_modules ## oxlint with types: .oxlintrc.json
	$(BIN)/oxlint --type-aware --quiet src test

.PHONY: types
types: | node_modules ## TypeScript, strict, with specs
	$(BIN)/tsc -p tsconfig.json

.PHONY: core-purity
core-purity: | node_modules ## the core compiles without the types of Node
	$(BIN)/tsc -p tsconfig.core.json

.PHONY: boundaries
boundaries: | node_modules ## import table, cycles, barrels: .dependency-cruiser.cjs
	$(BIN)/depcruise src --config .dependency-cruiser.cjs --progress none

.PHONY: dead-code
dead-code: | node_modules ## unused files, exports and dependencies: knip.json
	$(BIN)/knip

.PHONY: proto
proto: | node_modules ## generate the codec from src/core/wire/p2p.proto
	npm run --silent proto

.PHONY: proto-check
proto-check: | node_modules ## fail when the generated codec is not that of p2p.proto
	scripts/check-proto.sh

.PHONY: packages-check
packages-check: ## exact versions, at most 150 production packages, none that needs an install script
	@node scripts/check-packages.mjs

.PHONY: audit
audit: packages-check ## known weaknesses of production packages: none high or critical; asks the registry
	@node scripts/audit.mjs

.PHONY: sbom
sbom: ## write sbom.cdx.json: the production packages, as in the image
	@node scripts/sbom.mjs > sbom.cdx.json && echo 'sbom: sbom.cdx.json'

.PHONY: chart-lint
chart-lint: ## every check of the chart, when helm is installed
	@if command -v helm >/dev/null; then $(MAKE) chart-check; \
	else echo 'chart-lint: SKIPPED, helm is not installed'; fi

.PHONY: check-locks
check-locks: | node_modules ## break each rule once in a copy and see its check fail
	node scripts/check-locks.mjs

# --- tests -------------------------------------------------------------------------------------

.PHONY: test
test: | node_modules ## build, then unit, simulation and integration tests
	npm test

.PHONY: fuzz
fuzz: | node_modules ## mutate bytes into every decoder; MINUTES=10, TARGET=frames for one of them
	VISION_FUZZ_MINUTES=$(or $(MINUTES),10) $(if $(TARGET),VISION_FUZZ_TARGET=$(TARGET)) \
		$(BIN)/jest --selectProjects fuzz

.PHONY: simulate
simulate: build ## a network in virtual time; ARGS="--nodes 50 --scenario kill-seeds --seed 7"
	node dist/main.js simulate $(ARGS)

.PHONY: bench
bench: build ## against a bare TCP server in the same run
	npm run --silent bench

.PHONY: clean
clean: ## remove what builds and tests leave behind
	rm -rf dist coverage .cache *.tsbuildinfo sbom.cdx.json

-include k8s/Makefile.inc
