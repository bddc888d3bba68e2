# Seuranta: everything a person does with the tree. Nothing here starts or changes a service of
# the system; what is fetched lands in .tools/, what is built in bin/.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PREFIX  ?= /usr/local
DESTDIR ?=
ARGS    ?=
# Those that take longest first.
PKGS    ?= ./internal/store ./cmd/... ./...
PROGRAM ?= bin/seuranta
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LIBRARY ?= .tools/node_modules/@chdb/lib-linux-x64-gnu/libchdb.so

# The version is told by git describe; Go's own stamp would only add a way to fail, in a
# checkout that belongs to another user.
export GOFLAGS := $(GOFLAGS) -buildvcs=false

##@ Use
run: setup build ## the demo: a made-up year of a made-up centre, served on loopback (ARGS=--once ends after rendering)
	bin/seuranta demo $(ARGS)

# Installing compiles and fetches nothing, so that it can be done as root: make setup build && sudo make install
FILES = PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' PROGRAM='$(PROGRAM)' LIBRARY='$(LIBRARY)' .packaging/files

install: ## what was built to PREFIX (/usr/local): program, library, units, completions, manual; starts nothing
	$(FILES) install

uninstall: ## takes away what install put there; configuration, data and the user stay
	$(FILES) uninstall

##@ Build
setup: ## fetch what running needs: the engine library
	@.tools/setup

build: ## bin/seuranta
	go build -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/seuranta ./cmd/seuranta

deb: setup build ## the Debian package, bin/seuranta_VERSION_amd64.deb
	.packaging/deb

generate: ## run the generators; fails when they change anything
	@state() { git status --porcelain; git diff; }; \
	before=$$(state); go generate ./...; after=$$(state); \
	if [[ $$before != "$$after" ]]; then \
		echo "generate: these were out of date, look at them and commit:"; \
		diff <(echo "$$before") <(echo "$$after") || true; exit 1; \
	fi

clean: ## remove what was built; what was fetched stays
	rm -rf bin demo

distclean: clean ## remove what was fetched, too
	rm -rf .tools/node_modules .tools/peers/node_modules .tools/described/files .tools/debian .tools/cache

##@ Test
setup-test: ## fetch what testing needs: also browser, ClickHouse server, goaccess, unpacked below .tools/debian, and descriptions of platforms
	@.tools/setup test

setup-peers: ## fetch what test-peers needs: WordPress with nginx, PHP and MariaDB, Mailman 3, a network of Bluesky, unpacked below .tools
	@.tools/setup peers

# The drawing engine is C made into Go by a program. Watched for races it is forty times slower, and only ever one
# goroutine is in it, which our own code sees to and is watched for.
RACE := -race -gcflags='modernc.org/...=-race=false'

test: setup-test lint ## all tests, with the race detector (PKGS=./internal/store/... for some)
	go test $(RACE) -timeout 40m $(PKGS)
	node --test .tools/browser/check.test.mjs

test-peers: setup-peers ## collectors against real servers, started in scratch folders: WordPress, Mailman 3, Bluesky
	go vet -tags peers ./collectors
	go test -tags peers -count=1 -timeout 10m -run '^TestPeer' ./collectors

lint: ## gofmt, go vet, staticcheck, and does it compile where there is no embedded engine
	@unformatted=$$(gofmt -l $(sort $(wildcard */))); \
	if [[ -n $$unformatted ]]; then echo "not formatted, run gofmt -w:" $$unformatted; exit 1; fi
	go vet ./...
	go tool staticcheck ./...
	GOOS=darwin GOARCH=arm64 go build ./... # where there is no embedded engine

test-crash: setup-test ## kill -9 in the midst of writing, 500 times (SEURANTA_CRASH_ROUNDS=…)
	SEURANTA_POWER=$$(test $$(id -u) != 0 || echo 1) SEURANTA_CRASH_ROUNDS=$${SEURANTA_CRASH_ROUNDS:-500} SEURANTA_CONTRACT=whole go test $(RACE) -timeout 2h -run 'Crash|Killed|Stops|Power|Contract' -v ./cmd/... ./internal/store/...

test-month: setup-test ## a month of faults and killed daemons, lived tick by tick, and 10 000 visits in one process
	SEURANTA_MONTH_DAYS=$${SEURANTA_MONTH_DAYS:-35} SEURANTA_MONTH_KILLS=$${SEURANTA_MONTH_KILLS:-20} SEURANTA_MONTH_STOPS=$${SEURANTA_MONTH_STOPS:-5} \
	SEURANTA_FLAT_VISITS=$${SEURANTA_FLAT_VISITS:-10000} go test -timeout 3h -run '^(TestMonth|TestFlatOverManyRuns)$$' -v ./cmd/seuranta

fuzz-smoke: setup-test ## every fuzz test for ten seconds (FUZZTIME=…)
	for package in $$(go list $(PKGS)); do \
		for name in $$(go test -list '^Fuzz' $$package | grep '^Fuzz' || true); do \
			go test -run '^$$' -fuzz "^$$name$$" -fuzztime $${FUZZTIME:-10s} $$package; \
		done; \
	done

bench: setup-test ## all benchmarks
	go test -run '^$$' -bench . -benchmem -timeout 1h $(PKGS)

##@ Help
help: ## this list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run install uninstall setup build deb generate clean distclean setup-test setup-peers test test-peers lint test-crash test-month fuzz-smoke bench help
