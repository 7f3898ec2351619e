# What a developer and CI run. Tests on real brokers need root, as they drop to the account rabbitmq.

WARREN_TESTBED ?= /var/cache/warren/trixie
export WARREN_TESTBED

.PHONY: build build-tests deb demo test test-long test-hosts simulate bench bench-lab lint check-purity prerequisites testbed clean

build:
	swift build -c release

# The Debian package: .build/deb/warren_VERSION_ARCHITECTURE.deb
deb: prerequisites
	packaging/build.sh .build/deb

# Five real hosts, a cluster and a virtual address that moves; KEEP=1 leaves them running. SINGLE=1 shows one broker.
demo: prerequisites
	Tests/testbed/demo.sh

# Measures warren beside the bare commands, and fails where a target is missed.
bench: prerequisites
	Tests/Benchmarks/run.sh
	Tests/Benchmarks/bulk.sh
	Tests/Benchmarks/history.sh

# The same of five hosts: how long they take to form and to come back from a power cut, how long the address is away, how
# long a commit takes to be in force on all, how soon drift is put back, and what idle agents cost. As root, about an hour.
bench-lab: deb
	swift build --product warren
	Tests/Benchmarks/formation.sh
	Tests/Benchmarks/vip.sh
	Tests/Benchmarks/commit.sh
	Tests/Benchmarks/drift.sh
	Tests/Benchmarks/power.sh
	Tests/Benchmarks/idle.sh

# Everything that has to pass: style, purity, all tests against real brokers of both versions, and those on hosts. The
# tests install the package that users get, and an agent is measured as it will run. WARREN_PACKAGE names another package
# for the tests on hosts.
test: prerequisites testbed lint check-purity
	$(MAKE) --jobs=2 deb build-tests
	Tests/testbed/run-tests.sh

build-tests: prerequisites
	swift build --build-tests

# The same, with the tests on hosts that take minutes each: among others kills around each step of the other repairs, and
# the model held against real hosts. Then those on hosts again, with Debian 13.
test-long: export WARREN_LONG_TESTS = 1
test-long: test
	WARREN_HOSTS_DEBIAN=13 Tests/testbed/run-tests.sh --filter EndToEndTests

# Of `make test`, the package on five hosts, from nothing to a cluster and through failures.
test-hosts: prerequisites deb
	Tests/testbed/run-tests.sh --filter EndToEndTests

# Warren's decisions against a model of the cluster: all orders of three failures on three hosts. See docs/simulator.md.
simulate:
	swift build -c release --product warren-simulate
	.build/release/warren-simulate 3 3
	.build/release/warren-simulate 2 3
	.build/release/warren-simulate 2 3 ignore
	.build/release/warren-simulate 3 2 blank
	.build/release/warren-simulate 3 1 late
	.build/release/warren-simulate 3 1 restart
	.build/release/warren-simulate 3 2 recover

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
