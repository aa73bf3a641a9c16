# The one way in: build, run, test and check zenpython. `make` lists the targets.
# Go, make and git are all that must be there; what a target needs beyond them
# it installs (apt as root or by sudo, the Go module proxy) or names the command.

SHELL       := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Targets share two cores and one terminal; `make lint test` means that order.
.NOTPARALLEL:

MODULE  := github.com/zenpython/zenpython
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)

BIN   := bin/zenpython
TOOLS := bin/tools

# The virtual environment of the Python host's tests; its stamp follows the pinned requirements.
VENV         := .venv
HOST         := datasource/python/host
VENV_STAMP   := $(VENV)/.complete
REQUIREMENTS := $(HOST)/requirements.txt $(HOST)/requirements-dev.txt

GOLANGCI_LINT_VERSION := v2.15.0
# The version is in the file name, so that a new pin is a new target.
GOLANGCI_LINT := $(TOOLS)/golangci-lint-$(GOLANGCI_LINT_VERSION)

# Each example is a module of its own, as a third party's would be.
EXAMPLES = $(patsubst %/go.mod,%,$(wildcard examples/*/go.mod))

# Knobs, to be given on the command line: make fuzz FUZZTIME=1m
PKGS         ?= ./...
RACE_PKGS    ?= ./...
TEST_TIMEOUT ?= 10m
FUZZTIME     ?= 10s
BENCH        ?=
SOAK         ?= 5m

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: deps
deps: need-redis-server need-gcc $(VENV_STAMP) $(GOLANGCI_LINT) ## install what tests and checks need: redis-server, gcc, golangci-lint, .venv
	@echo "==> everything is in place"

.PHONY: build
build: ## build the static binary bin/zenpython
	@echo "==> building $(BIN) $(VERSION)"
	@CGO_ENABLED=0 go build -trimpath -ldflags '-X $(MODULE)/cmd.Version=$(VERSION)' -o $(BIN) ./cmd/zenpython

.PHONY: run
run: build ## build, then collect this machine and zenpython itself until Ctrl-C; state goes to ./var
	@echo "==> $(BIN) run --cycle --inventory configs/example --var-dir var"
	@exec $(BIN) run --cycle --inventory configs/example --var-dir var

.PHONY: test
test: need-redis-server test-examples test-host ## vet and test everything (PKGS=./..., TEST_TIMEOUT=10m)
	@echo "==> go vet"
	@go vet ./...
	@echo "==> go test"
	@go test -timeout $(TEST_TIMEOUT) $(PKGS)

# Before the tests of the module, so that those close the output.
.PHONY: test-examples
test-examples:
	@for example in $(EXAMPLES); do \
		echo "==> $$example: build, vet, test"; \
		mkdir -p bin/$$example; \
		go -C $$example build -o $(CURDIR)/bin/$$example/ ./...; \
		go -C $$example vet ./...; \
		go -C $$example test -timeout $(TEST_TIMEOUT) ./...; \
	done

.PHONY: test-host
test-host: $(VENV_STAMP)
	@# A process for each part: what one installs into the import system must not help another.
	@cd $(HOST) && for part in tests/*/; do \
		if ls $$part/test_*.py >/dev/null 2>&1; then \
			echo "==> pytest $(HOST)/$$part"; \
			$(CURDIR)/$(VENV)/bin/python -m pytest -q -p no:cacheprovider $$part; \
		fi; \
	done

.PHONY: race
race: need-redis-server need-gcc $(VENV_STAMP) ## test with the race detector (RACE_PKGS=./...)
	@echo "==> go test -race"
	@CGO_ENABLED=1 go test -race -timeout $(TEST_TIMEOUT) $(RACE_PKGS)

.PHONY: fuzz
fuzz: ## run every fuzz target (FUZZTIME=10s each, PKGS=./...)
	@echo "==> looking for fuzz targets"
	@targets=$$(go test -list '^Fuzz' $(PKGS) | awk ' \
		/^Fuzz/ { names = names " " $$1; next } \
		/^ok/   { split(names, list, " "); for (i in list) print $$2 ":" list[i] } \
		        { names = "" }' | sort); \
	for target in $$targets; do \
		pkg=$${target%:*}; name=$${target##*:}; \
		echo "==> fuzzing $$name in $$pkg for $(FUZZTIME)"; \
		go test -run '^$$' -fuzz "^$$name\$$" -fuzztime $(FUZZTIME) $$pkg; \
	done

.PHONY: bench
bench: need-redis-server ## measure scheduler, pool and publisher (BENCH=full for long rounds)
	@BENCH=$(BENCH) go run ./test/bench

.PHONY: soak
soak: ## run 20,000 tasks with faults and reloads, watch for leaks (SOAK=5m)
	@SOAK=$(SOAK) go run ./test/soak

.PHONY: lint
lint: $(GOLANGCI_LINT) $(VENV_STAMP) ## gofmt, whitespace, ruff, go vet, golangci-lint
	@echo "==> gofmt"
	@unformatted=$$(git ls-files -z -- '*.go' ':!*/testdata/*' | xargs -0r gofmt -l); \
	if [ -n "$$unformatted" ]; then printf 'not formatted, run gofmt -w on:\n%s\n' "$$unformatted" >&2; exit 1; fi
	@echo "==> whitespace"
	@git diff --check "$$(git hash-object -t tree /dev/null)" -- . ':!*/testdata/*'
	@echo "==> ruff"
	@cd $(HOST) && $(CURDIR)/$(VENV)/bin/ruff check --no-cache .
	@echo "==> go vet"
	@go vet ./...
	@for module in . $(EXAMPLES); do \
		echo "==> golangci-lint $$module"; \
		(cd $$module && $(CURDIR)/$(GOLANGCI_LINT) run ./...); \
	done

.PHONY: clean
clean: ## remove binaries and the state of `make run`; the tools stay
	@rm -rf $(BIN) bin/examples var

$(GOLANGCI_LINT):
	@echo "==> installing golangci-lint $(GOLANGCI_LINT_VERSION) into $(TOOLS) (a few minutes, once)"
	@mkdir -p $(TOOLS)
	@CGO_ENABLED=0 GOBIN=$(CURDIR)/$(TOOLS) go install \
		github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@mv $(TOOLS)/golangci-lint $@

$(VENV_STAMP): $(REQUIREMENTS) | need-python3
	@echo "==> making the virtual environment $(VENV) (a minute, once)"
	@python3 -m venv $(VENV) || { echo "python3 has no venv; install it with: sudo apt-get install python3-venv" >&2; exit 1; }
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -r $(HOST)/requirements-dev.txt
	@touch $@

# need-PROGRAM goes on when the program is there; else it installs the packages,
# or fails with the command to type where it may not.
NEEDS := need-redis-server need-gcc need-python3
need-redis-server: APT_PACKAGES := redis-server
need-gcc:          APT_PACKAGES := gcc libc6-dev
need-python3:      APT_PACKAGES := python3 python3-venv

.PHONY: $(NEEDS)
$(NEEDS): need-%:
	@if command -v $* >/dev/null; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then \
		echo "$* is missing: install it with this system's package manager (Debian: apt-get install $(APT_PACKAGES))" >&2; exit 1; \
	fi; \
	if [ "$$(id -u)" = 0 ]; then root=; \
	elif sudo -n true 2>/dev/null; then root='sudo -n'; \
	else echo "$* is missing; install it with: sudo apt-get install $(APT_PACKAGES)" >&2; exit 1; \
	fi; \
	echo "==> apt: installing $(APT_PACKAGES)"; \
	$$root apt-get -q update </dev/null; \
	$$root env DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends install $(APT_PACKAGES) </dev/null
