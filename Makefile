# What a developer and CI run. Tests on real brokers need root, as they drop to the account rabbitmq.

WARREN_TESTBED ?= /var/cache/warren/trixie
export WARREN_TESTBED

.PHONY: build demo test bench lint check-purity prerequisites testbed clean

build:
	swift build -c release

# A real broker from its manifest to a repair; KEEP=1 leaves it running.
demo: prerequisites
	Tests/testbed/demo.sh

# Measures warren beside the bare commands, and fails where a target is missed.
bench: prerequisites
	Tests/Benchmarks/run.sh

# Everything that has to pass: style, purity, and all tests against real brokers of both versions.
test: prerequisites testbed lint check-purity
	Tests/testbed/run-tests.sh

lint:
	swift format lint --strict --recursive Sources Tests

check-purity:
	Tests/testbed/check-purity.sh

# Packages of this machine; quick where they are there already.
prerequisites:
	Tests/testbed/prerequisites.sh

# The Debian 13 tree with RabbitMQ 4.0, made once.
testbed: prerequisites
	Tests/testbed/prepare.sh "$(WARREN_TESTBED)"

clean:
	swift package clean
