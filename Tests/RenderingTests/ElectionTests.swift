import ClusterModel
import Foundation
import HostAccess
import ManifestLoading
import Rendering
import TestSupport
import Testing

/// Two real keepalived with rendered files, each in a network namespace of its own with a cable between them.
@Suite("A running keepalived")
struct ElectionTests {
    @Test(
        "gives the VIP up at once when its HAProxy does not work, and takes it back only where it may",
        arguments: [(preempt: true, afterwards: "lb1"), (preempt: false, afterwards: "lb2")])
    func election(preempt: Bool, afterwards: String) async throws {
        let example = ProxyCase(
            name: "election", proxy: "{ listeners: [{ name: amqp, port: 5672, backendPort: 5672 }] }",
            vip: "{ address: 10.77.0.100/24, interface: eth0, virtualRouterId: 51, preempt: \(preempt) }")
        let manifest = try example.manifest()
        let vip = try #require(manifest.vip)
        let scratch = try ScratchDirectory("keepalived")
        for host in manifest.proxies {
            let layout = KeepalivedFile.Layout(healthFile: scratch.path("\(host.name).health"))
            try scratch.write(
                KeepalivedFile.text(vip, on: host, of: manifest, layout: layout), to: "\(host.name).conf")
        }
        let result = try await ProcessRunner().run(
            Invocation(
                executable: "/usr/bin/unshare",
                arguments: ["--net", "--mount", "/bin/sh", "-c", Self.script, "sh", scratch.path],
                environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"], deadline: .seconds(60)))
        let lines = result.stdout.split(separator: "\n").map(String.init)
        #expect(lines == ["lb1", "lb2", afterwards], "\(result.stdout)\(result.stderr)")
    }

    /// Prints who holds the VIP: at the start, half a second after the health of lb1 is bad, and two seconds after it is
    /// good again. A second of silence before each, so that nothing is still moving.
    private static let script = """
        set -eu
        mount -t tmpfs none /run
        ip netns add lb1
        ip netns add lb2
        ip link add eth0 netns lb1 type veth peer name eth0 netns lb2
        ip -n lb1 addr add 10.77.0.14/24 dev eth0
        ip -n lb2 addr add 10.77.0.15/24 dev eth0
        pids=
        stop() { kill $pids 2>/dev/null; wait; }
        trap stop EXIT
        holder() {
            for host in lb1 lb2; do
                if ip -n $host addr show dev eth0 | grep -q 10.77.0.100/24; then printf %s $host; fi
            done
            echo
        }
        for host in lb1 lb2; do
            ip -n $host link set lo up
            ip -n $host link set eth0 up
        done
        for host in lb1 lb2; do
            ip netns exec $host keepalived -n -l -f "$1/$host.conf" -p "$1/$host.pid" -r "$1/$host.vrrp" \\
                > "$1/$host.log" 2>&1 &
            pids="$pids $!"
            sleep 2
        done
        holder
        echo 1 > "$1/lb1.health"
        sleep 0.5
        holder
        echo 0 > "$1/lb1.health"
        sleep 2
        holder
        """
}
