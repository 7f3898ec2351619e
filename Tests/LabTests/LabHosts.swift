import Foundation
import HostAccess
import Lab
import TestSupport
import Testing

/// Everything that boots hosts, one after another. Each test has a lab of its own, which takes a second or two.
@Suite(.serialized, .enabled(if: OSUser.isRoot, "hosts can only be booted as root")) struct LabHosts {}

extension LabHosts {
    @Test(
        "hosts of either release come up with their packages installed and nothing running",
        arguments: [
            DebianRelease.twelve, .thirteen,
        ])
    func bareHosts(release: DebianRelease) async throws {
        try await withLab(debian: release) { lab in
            #expect(try lab.status().hosts.map(\.state) == [.running, .running])
            for host in ["one", "two"] {
                #expect(try await lab.output(host, "hostname") == host + "\n")
                let units = try await lab.exec(
                    host, ["systemctl", "is-enabled", "rabbitmq-server", "haproxy", "keepalived", "epmd.socket"])
                #expect(units.output == "disabled\ndisabled\ndisabled\ndisabled\n")
                #expect(try await lab.output(host, "systemctl", "--failed", "--plain", "--no-legend") == "")
                #expect(try await lab.exec(host, ["test", "-e", "/var/lib/rabbitmq/.erlang.cookie"]).code == 1)
            }
            let ids = [
                try await lab.output("one", "cat", "/etc/machine-id"),
                try await lab.output("two", "cat", "/etc/machine-id"),
            ]
            #expect(Set(ids).count == 2)
        }
    }

    @Test("hosts have the manifest and the same secrets, readable by root alone")
    func secrets() async throws {
        try await withLab { lab in
            #expect(try await lab.output("one", "cat", HostManifest.path) == LabManifest.two)
            for path in ["/etc/warren/secrets/cookie", "/etc/warren/secrets/app"] {
                #expect(try await lab.output("one", "stat", "-c", "%a %U", path) == "600 root\n")
                let texts = [try await lab.output("one", "cat", path), try await lab.output("two", "cat", path)]
                #expect(texts[0] == texts[1] && !texts[0].isEmpty)
            }
        }
    }

    @Test("a command's input, outputs and exit code pass through, and its environment is the host's")
    func exec() async throws {
        try await withLab { lab in
            let run = try await lab.exec("one", ["sh", "-c", "cat; echo problem >&2; exit 7"], input: "said\n")
            #expect(run.code == 7)
            #expect(run.output == "said\n")
            #expect(run.errors == "problem\n")
            #expect(try await lab.exec("one", ["no-such-program"]).code == 127)
            #expect(try await lab.output("one", "printenv", "HOME") == "/root\n")
            #expect(try await lab.exec("one", ["date", "-s", "2001-01-01"]).code == 1)
            await #expect(throws: LabFailure.self) { try await lab.exec("three", ["true"]) }
        }
    }

    @Test("a host that is cut off reaches nobody, a pair that is cut reaches the others, and mending mends")
    func cuts() async throws {
        try await withLab { lab in
            #expect(try await lab.reaches("one", "two"))
            try await lab.laboratory.cut(["two"], in: lab.name)
            #expect(try lab.status().hosts.map(\.state) == [.running, .cut])
            #expect(try await !lab.reaches("one", "two"))
            #expect(try await !lab.reaches("client", "two"))
            try await lab.laboratory.mend(in: lab.name)
            #expect(try await lab.reaches("one", "two"))

            try await lab.laboratory.separate("two", "one", in: lab.name)
            #expect(try lab.status().hosts[0].separatedFrom == ["two"])
            #expect(try await !lab.reaches("one", "two"))
            #expect(try await !lab.reaches("two", "one"))
            #expect(try await lab.reaches("client", "two"))
            try await lab.laboratory.mend("one", in: lab.name)
            #expect(try await lab.reaches("two", "one"))
        }
    }

    @Test("killing a service ends all its processes; freezing stops them and thawing lets them go on")
    func services() async throws {
        try await withLab { lab in
            try await lab.output("one", "systemctl", "start", "haproxy")
            let before = try await lab.output("one", "systemctl", "show", "--property=MainPID", "haproxy")
            #expect(try lab.laboratory.freeze("haproxy", on: "one", in: lab.name) >= 2)
            #expect(try await lab.output("one", "ps", "-C", "haproxy", "-o", "stat=").hasPrefix("T"))
            try lab.laboratory.freeze("haproxy", on: "one", in: lab.name, thaw: true)
            #expect(try await lab.output("one", "ps", "-C", "haproxy", "-o", "stat=").hasPrefix("S"))
            #expect(try await lab.laboratory.kill("haproxy", on: "one", in: lab.name) >= 2)
            try await lab.waitUntil("systemd sees that the service was killed") {
                try await lab.output("one", "systemctl", "show", "--property=MainPID", "haproxy") != before
            }
            await #expect(throws: LabFailure.self) {
                try await lab.laboratory.kill("haproxy", on: "two", in: lab.name)
            }
        }
    }

    @Test("a host without power answers nobody and keeps its disk; a replaced one has a blank disk and its secrets")
    func power() async throws {
        try await withLab { lab in
            let secret = try await lab.output("one", "cat", "/etc/warren/secrets/app")
            let machine = try await lab.output("one", "cat", "/etc/machine-id")
            try await lab.output("one", "sh", "-c", "echo kept > /root/note; sync")
            try await lab.laboratory.powerOff(["one"], in: lab.name)
            #expect(try lab.status().hosts.map(\.state) == [.off, .running])
            #expect(try await !lab.reaches("two", "one"))
            await #expect(throws: LabFailure.self) { try await lab.exec("one", ["true"]) }

            try await lab.laboratory.powerOn(["one"], in: lab.name)
            #expect(try await lab.output("one", "cat", "/root/note", "/etc/machine-id") == "kept\n" + machine)
            #expect(try await lab.reaches("two", "one"))

            try await lab.laboratory.powerOff(["one", "two"], in: lab.name, isGraceful: true)
            try await lab.laboratory.powerOn(["two", "one"], in: lab.name)
            #expect(try await lab.output("one", "cat", "/root/note") == "kept\n")

            try await lab.laboratory.replace("one", in: lab.name)
            #expect(try await lab.exec("one", ["test", "-e", "/root/note"]).code == 1)
            #expect(try await lab.output("one", "cat", "/etc/machine-id") != machine)
            #expect(try await lab.output("one", "cat", "/etc/warren/secrets/app") == secret)
        }
    }

    @Test("two labs with the same names and addresses know nothing of each other")
    func sideBySide() async throws {
        try await withLab { first in
            try await withLab { second in
                try await first.output("one", "sh", "-c", "echo first > /root/note")
                #expect(try await second.exec("one", ["test", "-e", "/root/note"]).code == 1)
                try await second.laboratory.powerOff(["two"], in: second.name)
                #expect(try await first.reaches("one", "two"))
                #expect(try await !second.reaches("one", "two"))
            }
            #expect(try await first.reaches("one", "two"))
        }
    }

    @Test("a package is installed with dpkg and its warren.service runs, also on a host that was replaced")
    func packages() async throws {
        let package = try await DummyPackage.make()
        try await withLab(packages: [package.path("warren.deb")]) { lab in
            #expect(try await lab.output("two", "systemctl", "is-active", "warren") == "active\n")
            #expect(try await lab.output("two", "head", "-n1", HostManifest.path) == "apiVersion: warren/v1\n")
            try await lab.laboratory.replace("two", in: lab.name)
            #expect(try await lab.output("two", "systemctl", "is-active", "warren") == "active\n")
            try await lab.laboratory.powerOff(["two"], in: lab.name)
            try await lab.laboratory.powerOn(["two"], in: lab.name)
            #expect(try await lab.output("two", "systemctl", "is-active", "warren") == "active\n")
        }
    }

    func withLab(
        debian: DebianRelease = .twelve, packages: [String] = [], _ body: (TestLab) async throws -> Void
    ) async throws {
        let scratch = try ScratchDirectory("lab")
        let manifest = try scratch.write(LabManifest.two, to: "manifest.yaml")
        try await TestLab.with(manifest: manifest, debian: debian, packages: packages, body)
    }
}

extension TestLab {
    /// Whether a connection gets an answer, be it a refusal, as nobody listens on the port.
    func reaches(_ from: String, _ to: String) async throws -> Bool {
        let run = try await exec(from, ["timeout", "1", "bash", "-c", "exec 3<>/dev/tcp/\(to)/9"])
        return run.errors.contains("refused")
    }
}

/// A Debian package that has nothing but a service that runs.
enum DummyPackage {
    static func make() async throws -> ScratchDirectory {
        let scratch = try ScratchDirectory("package")
        for folder in ["DEBIAN", "lib/systemd/system", "etc/warren"] {
            try Directory.make(scratch.path("tree/" + folder), mode: 0o755)
        }
        let control = """
            Package: warren
            Version: 0.0.1
            Architecture: all
            Maintainer: Nobody <nobody@example.org>
            Depends: libsqlite3-0, adduser
            Description: a service that does nothing

            """
        let unit = """
            [Service]
            ExecStart=/bin/sleep infinity
            [Install]
            WantedBy=multi-user.target

            """
        try scratch.write(control, to: "tree/DEBIAN/control")
        try scratch.write(HostManifest.path + "\n", to: "tree/DEBIAN/conffiles")
        try scratch.write("an example\n", to: "tree" + HostManifest.path)
        try scratch.write(unit, to: "tree/lib/systemd/system/warren.service")
        let call = Invocation(
            executable: "/usr/bin/dpkg-deb",
            arguments: ["--build", "--root-owner-group", scratch.path("tree"), scratch.path("warren.deb")],
            environment: ["PATH": "/usr/bin:/bin"], deadline: .seconds(30))
        let result = try await ProcessRunner().run(call)
        guard result.status.isSuccess else { throw TestFailure("dpkg-deb: \(result.stderr)") }
        return scratch
    }
}
