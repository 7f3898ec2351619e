import Foundation
import Glibc
import HostAccess
import Lab
import TestSupport
import Testing

/// Services that stay in service over tools, upgrades, boots, removal and purge.
extension InstalledHost {
    func proxiesHaveTheGateToo() async throws {
        try await units.reload("haproxy", within: .seconds(30))
        try await units.stop("haproxy", within: .seconds(30))
        #expect(try await system.run("systemctl start haproxy").code == 0)
        #expect(try await units.state(of: "haproxy").activity == .inactive)
        #expect(try await units.start("haproxy", through: gate, within: .seconds(30)).isRunning)
        // Its own condition, that there is a configuration, comes first.
        await #expect(throws: UnitFailure.self) { try await units.start("keepalived", within: .seconds(30)) }
        try await must("echo 'global_defs { }' > /etc/keepalived/keepalived.conf; systemctl start keepalived")
        #expect(try await units.state(of: "keepalived").activity == .inactive)
        #expect(gate.heldSince("keepalived") != nil)
        try await must("rm /etc/keepalived/keepalived.conf")
    }

    func aToolLeavesNoPortMapperBehind() async throws {
        try await units.stop("rabbitmq-server", within: .seconds(120))
        try await units.stop("epmd.service", within: .seconds(30))
        let agent = try #require(try await units.state(of: "warren").mainPID)
        let group = try await must(
            """
            group=$(sed -n -E 's/^(.*name=systemd|0:):(.*warren.service)$/\\2/p' /proc/\(agent)/cgroup | head -n 1)
            ls -d /sys/fs/cgroup{,/systemd,/unified}$group/cgroup.procs 2> /dev/null | head -n 1
            """)
        try await must(
            """
            (echo $BASHPID > \(group.dropLast()); exec setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups env \\
                HOME=/var/lib/rabbitmq /usr/lib/rabbitmq/bin/rabbitmqctl -q ping > /dev/null 2>&1) || true
            """)
        // The tool's own helpers take a moment to end; a port mapper would not.
        #expect(try await eventually(within: .seconds(30)) { try await must("cat \(group)") == "\(agent)\n" })
        #expect(try await units.states(of: ["epmd.socket", "epmd.service"]).allSatisfy(\.isRunning))
        try await units.start("rabbitmq-server", through: gate, within: .seconds(120))
    }

    func aReleasedServiceIsSystemdsAgain() async throws {
        #expect(try gate.setReleased(true, "haproxy"))
        try await units.stop("haproxy", within: .seconds(30))
        // At once, also before systemd has read its units again.
        #expect(try await units.start("haproxy", within: .seconds(30)).isGated)
        try await units.reloadUnitFiles()
        #expect(try await units.states(of: Self.services).map(\.isGated) == [true, false, true])
        #expect(try gate.setReleased(false, "haproxy"))
        try await must("systemctl disable --quiet warren")
        #expect(try await units.states(of: Self.services).allSatisfy { !$0.isGated })
        try await must("systemctl enable --quiet warren")
        #expect(try await units.states(of: Self.services).allSatisfy(\.isGated))
    }

    func anUpgradeRestartsTheAgentAlone() async throws {
        let before = try await inService()
        let agent = try await units.state(of: "warren").mainPID
        try await must("rm -f /etc/warren/x; echo WARREN_OPTIONS=--quiet >> /etc/default/warren")
        _ = try await install()
        #expect(try await inService() == before)
        let after = try await units.state(of: "warren")
        #expect(after.isRunning && after.mainPID != agent)
        #expect(try await must("tail -n 1 /etc/default/warren") == "WARREN_OPTIONS=--quiet\n")
    }

    func aBootLeavesTheStartToWarren() async throws {
        try await system.reboot()
        let states = try await units.states(of: ["rabbitmq-server", "haproxy", "warren"])
        #expect(states.map(\.activity) == [.inactive, .inactive, .active])
        #expect(gate.heldSince("rabbitmq-server") != nil && gate.heldSince("haproxy") != nil)
        try await units.start("rabbitmq-server", through: gate, within: .seconds(120))
        try await units.start("haproxy", through: gate, within: .seconds(30))
    }

    func theAgentItselfIsUpUnderItsUnit() async throws {
        let before = try await inService()
        try await must(
            """
            rm -r /etc/systemd/system/warren.service.d
            sed -i 's/^WARREN_OPTIONS.*/WARREN_OPTIONS="--resync 600"/' /etc/default/warren
            sed -i 's/localhost/mq1/; s/^spec:/spec:\\n  mode: observe/' /etc/warren/manifest.yaml
            systemctl daemon-reload && systemctl restart warren
            """)
        let hasRun = try await eventually(within: .seconds(60)) {
            let agent = try await units.state(of: "warren")
            return agent.isRunning && !agent.statusText.isEmpty
        }
        let journal = await units.journal(of: "warren", lines: 40).joined(separator: "\n")
        #expect(hasRun, "\(journal)")
        for refusal in ["Read-only file system", "Permission denied", "Operation not permitted"] {
            #expect(!journal.contains(refusal), "\(journal)")
        }
        try await units.reload("warren", within: .seconds(30))
        try await units.stop("warren", within: .seconds(30))
        #expect(try await units.state(of: "warren").result == "success")
        try await units.start("warren", within: .seconds(30))
        #expect(try await inService() == before)
    }

    func removalLeavesTheBrokerRunning() async throws {
        let before = try await inService()
        try await must("touch /var/lib/warren/state.sqlite; DEBIAN_FRONTEND=noninteractive dpkg --remove warren")
        #expect(try await inService() == before)
        let states = try await units.states(of: Self.services + ["warren"])
        #expect(states.allSatisfy { !$0.isGated })
        #expect(!states[3].isRunning)
        #expect(try await must("systemctl show --value -p Restart rabbitmq-server haproxy") == "on-failure\n\nalways\n")
        #expect(
            try await must("ls /var/lib/warren /etc/warren/manifest.yaml /etc/default/warren").contains("state.sqlite"))
    }

    func purgeForgetsWhatWarrenRemembered() async throws {
        let before = try await inService()
        let said = try await must("DEBIAN_FRONTEND=noninteractive dpkg --purge warren")
        #expect(said.contains("Removing /var/lib/warren"))
        #expect(said.contains("Leaving the manifest and the secrets in /etc/warren"))
        #expect(try await inService() == before)
        #expect(try await must("ls -d /var/lib/warren /etc/default/warren /usr/lib/warren 2>/dev/null || true") == "")
        #expect(try await must("ls /etc/warren/manifest.yaml").hasSuffix("manifest.yaml\n"))
        #expect(
            try await must("find /etc/systemd /var/lib/systemd -name 'warren.service' -o -name 'warren.service.*-also'")
                == "")
    }
}
