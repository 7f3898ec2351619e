import Foundation
import Glibc
import HostAccess
import Lab
import TestSupport
import Testing

/// A system in which the claims of this suite are looked at, one after the other.
struct InstalledHost {
    static let services = ["rabbitmq-server", "haproxy", "keepalived"]

    let system: BootedSystem
    var units: SystemdUnits { system.units }
    var gate: StartGate { StartGate(root: system.root) }

    /// A broker and a proxy run before the package comes.
    init(_ system: BootedSystem) async throws {
        self.system = system
        try await system.units.start("rabbitmq-server", within: .seconds(120))
        try await system.units.start("haproxy", within: .seconds(60))
        let copy = try await system.run("systemctl enable --quiet rabbitmq-server haproxy")
        try #require(copy.code == 0, "\(copy.errors)")
        try FileManager.default.copyItem(atPath: BuiltPackage.path.get(), toPath: system.root + "/var/warren.deb")
    }

    /// The processes that are the broker and the proxy.
    func inService() async throws -> [Int32?] {
        try await units.states(of: ["rabbitmq-server", "haproxy"]).map(\.mainPID)
    }

    /// Runs a script that has to succeed, and returns what it printed.
    @discardableResult
    func must(_ script: String) async throws -> String {
        let run = try await system.run(script)
        try #require(run.code == 0, "\(script)\n\(run.output)\(run.errors)")
        return run.output
    }

    func install() async throws -> String {
        try await must("DEBIAN_FRONTEND=noninteractive dpkg --install /var/warren.deb 2>&1")
    }

    func installingChangesNoService() async throws {
        let before = try await inService()
        try #require(before.allSatisfy { $0 != nil })
        let said = try await install()
        #expect(said.contains("starts once there is a manifest"))
        #expect(try await inService() == before)
        let warren = try await units.state(of: "warren")
        #expect(warren.enablement == "enabled" && warren.activity == .inactive)
        #expect(try await must("dpkg --audit; ldd /usr/bin/warren | grep -c 'not found' || true") == "0\n")
        #expect(try await must("warren --version").hasPrefix("0."))
        #expect(
            try await must("stat -c '%a %U %n' /etc/warren /etc/warren/secrets /run/warren /run/warren/gate") == """
                750 root /etc/warren
                700 root /etc/warren/secrets
                711 root /run/warren
                700 root /run/warren/gate

                """)
        let verified = try await system.run("systemd-analyze verify --man=no warren.service")
        #expect(verified.code == 0 && verified.errors == "", "\(verified.errors)")
    }

    func aHostWithoutManifestIsAsBefore() async throws {
        let states = try await units.states(of: Self.services)
        #expect(states.allSatisfy { !$0.isGated })
        #expect(try await must("systemctl show --value -p Restart rabbitmq-server haproxy") == "on-failure\n\nalways\n")
        _ = try await system.run("systemctl start warren")
        #expect(try await units.state(of: "warren").activity == .inactive)
        // A crash is systemd's to mend, as it was.
        let crashed = try #require(try await units.state(of: "haproxy").mainPID)
        try await must("kill -KILL \(crashed)")
        #expect(
            try await eventually(within: .seconds(30)) {
                let state = try await units.state(of: "haproxy")
                return state.isRunning && state.mainPID != crashed
            })
    }

    func aManifestBringsTheGate() async throws {
        let before = try await inService()
        try await must(
            """
            mkdir -p /etc/systemd/system/warren.service.d
            printf '%s\\n' '[Service]' Type=exec WatchdogSec=0 ExecStart= 'ExecStart=/usr/bin/sleep infinity' \\
                > /etc/systemd/system/warren.service.d/stand-in.conf
            systemctl daemon-reload
            cp /usr/share/doc/warren/examples/minimal.yaml /etc/warren/manifest.yaml
            """)
        // Nothing of systemd has been read again since the manifest came.
        #expect(try await units.states(of: Self.services).allSatisfy { !$0.isGated })
        try await units.start("warren", within: .seconds(30))
        #expect(try await units.states(of: Self.services).allSatisfy(\.isGated))
        #expect(try await must("systemctl show --value -p Restart rabbitmq-server haproxy") == "no\n\nno\n")
        #expect(try await inService() == before)
        let verified = try await must(
            "systemd-analyze verify --man=no rabbitmq-server.service haproxy.service 2>&1 || true")
        #expect(!verified.contains("warren"), "\(verified)")
    }

    func theAgentIsHardened() async throws {
        let agent = try #require(try await units.state(of: "warren").mainPID)
        let status = try await must("grep -E '^(CapBnd|NoNewPrivs|Seccomp):' /proc/\(agent)/status")
        // chown, dac_override, fowner, kill, setgid, setuid
        #expect(status == "CapBnd:\t00000000000000eb\nNoNewPrivs:\t1\nSeccomp:\t2\n")
        let exposure = try await must("systemd-analyze security warren.service --no-pager | tail -n 1")
        let figure = exposure.split(separator: " ").compactMap { Double($0) }.first
        #expect(try #require(figure) <= 3.0, "\(exposure)")
        // What the agent does all the same: from inside of its mounts, its rights and its filter.
        let probes = [
            "systemctl show --property=ActiveState haproxy", "systemctl reload haproxy",
            "journalctl --unit=haproxy --lines=1", "haproxy -c -f /etc/haproxy/haproxy.cfg",
            "touch /etc/rabbitmq/p /etc/haproxy/p /etc/keepalived/p /var/lib/warren/p /run/warren/p",
            "chown rabbitmq: /etc/rabbitmq/p", "rm /etc/rabbitmq/p /etc/haproxy/p /etc/keepalived/p",
            "setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups --inh-caps=-all env HOME=/var/lib/rabbitmq"
                + " /usr/lib/rabbitmq/bin/rabbitmqctl -q await_startup",
            "! touch /etc/p", "! touch /usr/p", "! touch /etc/warren/p", "! ls /root/.bashrc",
            "! mount -t tmpfs none /mnt",
        ]
        let script = probes.map { "\($0) > /dev/null 2>&1 || echo \"failed: \($0)\"" }.joined(separator: "\n")
        try await must(
            "cat > /var/lib/warren/probe << 'END'\n#!/bin/bash\n\(script)\necho done\nEND\nchmod 755 /var/lib/warren/probe"
        )
        let output = try await must(
            """
            drop=/etc/systemd/system/warren.service.d
            printf '%s\\n' '[Service]' ExecStart= \\
                'ExecStart=/bin/bash -c "/bin/bash /var/lib/warren/probe > /var/lib/warren/probed; exec sleep infinity"' \\
                > $drop/zz-probe.conf
            systemctl daemon-reload && systemctl restart warren
            for i in $(seq 600); do grep -qx done /var/lib/warren/probed && break; sleep 0.1; done
            cat /var/lib/warren/probed
            rm -r $drop/zz-probe.conf /var/lib/warren/probe*
            systemctl daemon-reload && systemctl restart warren
            """)
        #expect(output == "done\n")
    }

    func aCrashIsLeftToWarren() async throws {
        let broker = try #require(try await units.state(of: "rabbitmq-server").mainPID)
        try await must("kill -KILL \(broker)")
        #expect(
            try await eventually(within: .seconds(30)) {
                try await units.state(of: "rabbitmq-server").activity == .failed
            })
        let crashed = try await units.state(of: "rabbitmq-server")
        #expect(crashed.subState == "failed" && crashed.result == "signal" && crashed.mainStatus == 9)
        #expect(crashed.restarts == 0)
        // By hand, and by scripts of packages, a start is skipped and no failure.
        #expect(try await system.run("systemctl start rabbitmq-server").code == 0)
        #expect(try await units.state(of: "rabbitmq-server").activity == .inactive)
        let hint = "To start it by hand: touch /run/warren/gate/rabbitmq-server && systemctl start rabbitmq-server"
        #expect(try await must("journalctl --unit=rabbitmq-server --lines=5 --output=cat").contains(hint))
        #expect(gate.heldSince("rabbitmq-server") != nil)
        do {
            try await units.start("rabbitmq-server", within: .seconds(30))
            Issue.record("It started without a ticket.")
        } catch {
            guard case .skipped(let unit, let journal) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(unit == "rabbitmq-server")
            #expect(journal.contains { $0.contains(hint) })
        }
    }

    func aTicketLetsOneStartPass() async throws {
        let started = try await units.start("rabbitmq-server", through: gate, within: .seconds(120))
        #expect(started.isRunning && started.mainPID != nil)
        #expect(gate.heldSince("rabbitmq-server") == nil)
        #expect(try await must("ls /run/warren/gate") == "")
        try await units.stop("rabbitmq-server", within: .seconds(120))
        #expect(try await system.run("systemctl start rabbitmq-server").code == 0)
        #expect(try await units.state(of: "rabbitmq-server").activity == .inactive)
        // A ticket that an agent left behind is void, and so is one of another account.
        for ticket in ["touch -d '-2 minutes' $t", "touch $t; chown rabbitmq $t", "mkdir $t"] {
            try await must(
                "t=/run/warren/gate/rabbitmq-server; \(ticket); systemctl start rabbitmq-server; rmdir $t || true")
            #expect(try await units.state(of: "rabbitmq-server").activity == .inactive, "\(ticket)")
            #expect(try await must("ls /run/warren/gate") == "")
        }
        let byHand = "touch /run/warren/gate/rabbitmq-server && systemctl start rabbitmq-server"
        #expect(try await system.run(byHand).code == 0)
        #expect(try await units.state(of: "rabbitmq-server").isRunning)
        let restarted = try await units.restart("rabbitmq-server", through: gate, within: .seconds(120))
        #expect(restarted.isRunning)
    }
}
