# `make help` lists the targets.
GO ?= go
APT := $(if $(filter 0,$(shell id -u)),apt-get,sudo apt-get)
TEMPL := $(GO) run github.com/a-h/templ/cmd/templ@v0.3.977

.PHONY: help demo test check generate bench build servers

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

build: ## build bin/querent
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o bin/querent ./cmd/querent

demo: build ## run everything at once, with nothing configured
	./bin/querent demo

test: servers ## install what tests need, then run them all
	CI=true $(GO) test -timeout 40m ./...

# servers installs what the tests start: each test starts and stops its own.
servers:
	@need=""; \
	command -v redis-server >/dev/null || need="$$need redis-server"; \
	command -v chromium >/dev/null || need="$$need chromium"; \
	ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || command -v postgres >/dev/null || need="$$need postgresql"; \
	if [ -n "$$need" ]; then \
		command -v apt-get >/dev/null || { echo "Install first:$$need"; exit 1; }; \
		echo "installing:$$need"; \
		$(APT) update -qq && DEBIAN_FRONTEND=noninteractive $(APT) install -y -qq --no-install-recommends $$need >/dev/null; \
	fi

check: ## formatting, vet and generated code
	@test -z "$$(gofmt -l cmd internal web db static 2>/dev/null)" || { gofmt -l cmd internal web db static; exit 1; }
	$(GO) vet ./...

generate: ## regenerate templ code
	$(TEMPL) generate

bench: ## run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem -count 5 ./...
