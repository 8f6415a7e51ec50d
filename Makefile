# make run: the program with live demo feeds. make test: everything. make check: the quick loop.
# Each installs what is missing first (Debian 12, with Rust and Node).

SHELL := /bin/bash
FEATURES := --features custom-protocol
HAS_DISPLAY := $(if $(DISPLAY)$(WAYLAND_DISPLAY),yes)

.PHONY: run screenshot test check bench build ui install clean

run: build
	@scripts/run.sh

screenshot: build
	@scripts/install.sh desktop
	@scripts/screenshot.sh

build: install ui
	cargo build $(FEATURES)

install:
	@scripts/install.sh $(if $(HAS_DISPLAY),build,desktop)

ui:
	cd ui && npm run --silent build

# Everything, and at the end what each runner counted.
test:
	@scripts/install.sh test
	@scripts/test.sh

# Format, lint and unit tests: what needs neither a server nor a desktop.
check:
	@scripts/install.sh build
	cargo fmt --all --check
	cargo clippy --workspace --all-targets $(FEATURES) -- -D warnings
	cd ui && npm run --silent check
	cargo test --quiet -p streambell-sse -p streambell-engine -p streambell-hub
	cd ui && npm test --silent

# What README's figures come from, beside the peers in the same run. Not part of `make test`.
bench:
	cargo bench -p streambell-benches

clean:
	cargo clean
	rm -rf ui/dist ui/node_modules ui/test-results .venv test-output
