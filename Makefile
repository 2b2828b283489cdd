# build test race fuzz soak lint cross windows (or wine) bench check install: check is what .ci/run calls
# after the tests.
GO ?= go
PREFIX ?= /usr/local
FUZZTIME ?= 10s
PROGRAMS ?= 20000
SEED ?= $(shell date +%s)00000
SOAK ?= 1h
SOAKSEED ?= 0

.PHONY: build test race fuzz soak lint cross windows wine bench check install

build:
	CGO_ENABLED=0 $(GO) build -o weir .

test:
	$(GO) test -timeout 20m ./...

# Only where something starts a goroutine is there anything that the race detector could find. RACE=-short leaves out
# what only waits, or does again what other tests do.
race:
	$(GO) test -race $(RACE) -timeout 20m -p 2 $$(grep -rlE --include=*.go '^\s*go (func\b|[a-zA-Z_.]+\()' . | xargs dirname | sort -u)

# Every fuzz target of every package, one after the other, and then random programs in
# Lua, which weir and lua5.1 run: those of PROGRAMS seeds from SEED on. The seed stands
# in the command that make prints.
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for f in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz'); do \
	    echo "$$pkg $$f"; $(GO) test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1x $$pkg || exit 1; \
	  done; \
	done
	$(GO) test ./script/interp/luagen -count 1 -v -run TestDifferential -timeout 0 -args -luagen.n $(PROGRAMS) -luagen.seed $(SEED)

# Attacks on the built binary (repl/soak), for as long as SOAK says; the figures and
# the seed are printed.
soak:
	$(GO) test ./repl/soak -count 1 -v -run TestSoak -timeout 0 -args -soak.time $(SOAK) -soak.seed $(SOAKSEED)

# What nobody uses, what every caller passes alike, and lines that are too long.
STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
UNPARAM = mvdan.cc/unparam@v0.0.0-20260823230713-2fa3d841b0c8
DEADCODE = golang.org/x/tools/cmd/deadcode@v0.52.0
lint:
	$(GO) run $(STATICCHECK) ./...
	$(GO) run $(UNPARAM) ./...
	@unused=$$($(GO) run $(DEADCODE) -test ./...) && test -z "$$unused" || { echo "$$unused"; exit 1; }
	@LC_ALL=C awk 'length > 120 { print FILENAME ":" FNR ": longer than 120 columns"; long = 1 } END { exit long }' \
	  $$(find . -name '*.go' ! -name '*_test.go')

# What other systems' compilers say: every system and processor that weir is built for. CROSS names fewer.
CROSS = linux/amd64 linux/arm64 windows/amd64 windows/arm64 darwin/amd64 darwin/arm64 freebsd/amd64 freebsd/arm64
cross:
	@for on in $(CROSS); do \
	  export GOOS=$${on%/*} GOARCH=$${on#*/} CGO_ENABLED=0; \
	  echo "$$on" && $(GO) build -o /dev/null . && $(GO) vet ./... || exit 1; \
	done

# The tests that pass on Windows by now, under Wine. .ci/wine says what it needs; WINE_ROOT is where it stands.
WINE = ./ipc ./ipc/errno ./ipc/layout ./ipc/names ./repl ./repl/annotations ./repl/edit ./repl/input ./repl/top ./repl/vt \
  ./runtime ./runtime/guard ./runtime/cells ./runtime/sample ./runtime/watch ./script/ascii \
  ./script/extension ./script/pattern ./script/show ./script/syntax ./script/travel
windows wine:
	.ci/wine test -count=1 -short -timeout 10m $(WINE)
	.ci/wine test -count=1 -timeout 10m -run 'RunHere|Liveness|WhoHasLeft/ring' ./script
	.ci/wine test -count=1 -timeout 10m -run Windows ./examples
	.ci/wine test -count=1 -timeout 10m -run Doctor ./repl/command

# Each figure a ratio within one run; bench.json has them all. BEFORE names an older binary to compare the start with.
bench:
	$(GO) test -count=1 -v -run TestBench -timeout 30m ./repl/bench -args -weir-bench $(CURDIR)/bench.json \
		$(if $(BEFORE),-weir-before $(BEFORE))

# What CI runs after the tests. The tags have Linux try what other systems have for its queues and futexes. The
# soak's seed is always the same, so that a failure can be had again.
check: CROSS = windows/amd64 darwin/arm64
check: RACE = -short
check: cross lint race
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt"; exit 1; }
	$(GO) vet ./...
	$(GO) test -short -tags emulated,polled -run Conformance ./ipc
	$(MAKE) soak SOAK=2m SOAKSEED=17

# The binary, and what it generates: the manual page, and completions where each
# shell looks for them.
install: build
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin share/man/man1 share/bash-completion/completions share/zsh/site-functions share/fish/vendor_completions.d)
	install weir $(DESTDIR)$(PREFIX)/bin/weir
	./weir doc --format man >$(DESTDIR)$(PREFIX)/share/man/man1/weir.1
	./weir completion bash >$(DESTDIR)$(PREFIX)/share/bash-completion/completions/weir
	./weir completion zsh >$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_weir
	./weir completion fish >$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/weir.fish
