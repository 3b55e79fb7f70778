# `make help` lists the targets.
GO ?= go
APT := $(if $(filter 0,$(shell id -u)),apt-get,sudo apt-get)
TEMPL := $(GO) run github.com/a-h/templ/cmd/templ@v0.3.977
# The heavy tools have modfiles of their own, to keep go.mod small.
SQLC := $(GO) tool -modfile=db/sqlc.mod sqlc
VULN := $(GO) run golang.org/x/vuln/cmd/govulncheck@v1.9.0
LINT := $(GO) tool -modfile=internal/tools/golangci.mod golangci-lint
GENERATED := internal/postgres/internal/dbgen web/views
EVAL ?= ../shared/eval
DIRS := cmd internal web db static

.PHONY: help demo test check vulnerabilities sbom generate weights bench load peers build servers

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

BUILD = -X main.version=$(or $(VERSION),dev) -X main.commit=$(shell git rev-parse --short=12 HEAD 2>/dev/null) -X main.built=$(shell date -u +%Y-%m-%dT%H:%M:%SZ)

build: ## build bin/querent
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w $(BUILD)' -o bin/querent ./cmd/querent

sbom: build ## list what bin/querent is made of, in bin/sbom.json (CycloneDX), and its size
	$(GO) run github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@v1.9.0 bin -json -version $(or $(VERSION),dev) -output bin/sbom.json bin/querent
	@du --apparent-size -m bin/querent

demo: build ## run everything at once, with nothing configured
	./bin/querent demo

# Two packages at a time: each may start servers and a browser of its own. What
# runs on many goroutines runs under the race detector; the rest would only be
# slower for it. The target runs without it, too: some of its tests need SQLite at
# full speed, which -short leaves out.
RACE := $(addprefix ./,$(addsuffix /...,internal/account internal/ask internal/redis internal/training web))
TEST := CI=true $(GO) test -p 2 -timeout 40m

test: servers ## install what tests need, then vet and run them all
	$(GO) vet ./...
	CGO_ENABLED=1 $(TEST) -race $(RACE)
	CGO_ENABLED=1 $(TEST) -race -short ./internal/target
	$(TEST) $$($(GO) list ./... | grep -vxF "$$($(GO) list $(RACE))")

# servers installs what the tests start: each test starts and stops its own.
servers:
	@need=""; \
	command -v redis-server >/dev/null || need="$$need redis-server"; \
	command -v chromium >/dev/null || need="$$need chromium"; \
	command -v cc >/dev/null || need="$$need gcc libc6-dev"; \
	command -v npm >/dev/null || need="$$need nodejs npm"; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || need="$$need postgresql"; \
	if [ -n "$$need" ]; then \
		command -v apt-get >/dev/null || { echo "The tests need these, and there is no apt-get to install them:$$need"; exit 1; }; \
		[ "$$(id -u)" = 0 ] || command -v sudo >/dev/null || { echo "The tests need these; as root: apt-get install$$need"; exit 1; }; \
		echo "installing:$$need"; \
		$(APT) update -qq && $(APT) install -y -qq --no-install-recommends $$need >/dev/null || \
			{ echo "Could not install:$$need"; exit 1; }; \
	fi

# Generated code is compared by what generating changes, so that work under way
# in other files does not matter.
check: ## formatting, vet, generated code, imports, linters, known holes (slow at first: builds the tools)
	@echo "gofmt"; bad=$$(gofmt -l $(DIRS)); test -z "$$bad" || { echo "gofmt -w these:"; echo "$$bad"; exit 1; }
	@echo "vet"; $(GO) vet ./...
	@echo "import table"; $(GO) test -run TestImportsKeepToTheTable ./cmd/querent
	@echo "generated code"; before=$$(find $(GENERATED) -name '*.go' | sort | xargs cat | sha256sum); \
	$(MAKE) --no-print-directory generate; \
	after=$$(find $(GENERATED) -name '*.go' | sort | xargs cat | sha256sum); \
	test "$$before" = "$$after" || { echo "generated code was out of date: commit what changed"; exit 1; }
	@git diff --exit-code --stat -- $(GENERATED)
	@echo "golangci-lint (minutes at first)"; $(LINT) run ./...
	@$(MAKE) --no-print-directory vulnerabilities

# A known hole that our code can reach fails. Where the database of them can't
# be reached nothing is known: that is said, and fails nothing.
vulnerabilities: ## look for known holes in what is built in
	@echo "govulncheck"; said=$$($(VULN) ./... 2>&1); status=$$?; \
	if [ $$status = 0 ]; then exit 0; fi; \
	echo "$$said"; \
	if [ $$status = 1 ] && echo "$$said" | grep -q 'fetching vulnerabilities:.*\(dial\|lookup\|timeout\|connect\|TLS\|EOF\)'; then \
		echo "NOT CHECKED for known holes: the vulnerability database (vuln.go.dev) can't be reached from here."; \
		echo "Run 'make vulnerabilities' where it can, or point GOVULNDB to a copy."; \
		exit 0; \
	fi; \
	exit 1

generate: ## regenerate templ and sqlc code
	@echo "templ"; $(TEMPL) generate
	@echo "sqlc (minutes at first)"; CGO_ENABLED=0 $(SQLC) generate

load: servers ## measure under load and at a million rows (wants the machine to itself)
	QUERENT_LOAD=1 CI=true $(GO) test -count 1 -timeout 10m -run '^TestLoad$$' -v ./cmd/querent
	QUERENT_LOAD=1 CI=true $(GO) test -count 1 -timeout 20m -run 'FilledDatabase$$' -v ./internal/postgres
	QUERENT_LOAD=1 CI=true $(GO) test -count 1 -timeout 20m -run '^(TestManyTables|TestTenMillionRows)$$' -parallel 1 -v ./cmd/querent

# What people use now, in a Python environment of its own.
PEERS ?= $(or $(TMPDIR),/tmp)/querent-peers
PIP := datasette==0.65.5 vanna==2.0.2 chromadb==1.5.9

peers: servers ## measure Querent beside Datasette and Vanna (wants the machine to itself)
	test -x $(PEERS)/bin/datasette || { python3 -m venv $(PEERS) && $(PEERS)/bin/pip install -q $(PIP); }
	QUERENT_PEERS=$(PEERS) CI=true $(GO) test -count 1 -timeout 10m -run '^TestPeers$$' -v ./cmd/querent

weights: ## learn again how sure the reader is, from the question sets in EVAL
	$(GO) run ./internal/semparse/train/weights --shared $(EVAL)

bench: ## run the benchmarks, for benchstat
	$(GO) test -run '^$$' -bench . -benchmem -count 5 -timeout 60m ./...
