import ClusterModel

extension Advice {
    static let proxy: [Advice] = [
        Advice("proxy-timeouts", timeouts), Advice("checks", tcpCheck), Advice("checks", httpCheck),
        Advice("balance", balance), Advice("stats-page", statsPage),
    ]

    /// The listeners of a proxy, with the path to each.
    private static func listeners(
        _ manifest: ClusterManifest
    ) -> [(path: [String], listener: ProxySettings.Listener)] {
        (manifest.proxy?.listeners ?? []).enumerated().map { (["proxy", "listeners", "\($0.offset)"], $0.element) }
    }

    /// Those that lead to the port where brokers speak AMQP.
    private static func amqpListeners(
        _ manifest: ClusterManifest
    ) -> [(path: [String], listener: ProxySettings.Listener)] {
        let ports = OwnPorts.amqp(manifest.broker)
        return listeners(manifest).filter {
            ports.contains($0.listener.backendPort) || [.amqp, .agent].contains($0.listener.check)
        }
    }

    /// A peer sends something every half heartbeat; a proxy that waits for less than two whole ones cuts a connection
    /// that a client and a broker still take for good.
    private static func timeouts(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard let timeouts = manifest.proxy?.timeouts, !amqpListeners(manifest).isEmpty else { return [] }
        let heartbeat = manifest.broker.configValue("heartbeat").flatMap { Int($0) } ?? 60
        return [("client", timeouts.client), ("server", timeouts.server)].compactMap { name, length in
            guard heartbeat > 0, length < .seconds(2 * heartbeat) else { return nil }
            return Finding(
                ["proxy", "timeouts", name],
                "\(name) is below two heartbeats of \(heartbeat) s, so that HAProxy cuts connections that are idle and well; write 3h"
            )
        }
    }

    private static func tcpCheck(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard manifest.brokers.count > 1 else { return [] }
        return amqpListeners(manifest).filter { $0.listener.check == .tcp }.map { path, listener in
            Finding(
                path + ["check"],
                "\(listener.name) has check: tcp, which never notices a broker that is frozen or split off; write agent or amqp"
            )
        }
    }

    private static func httpCheck(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard let plugins = manifest.spec[["broker", "plugins"]]?.strings else { return [] }
        let servers = ["rabbitmq_management", "rabbitmq_prometheus", "rabbitmq_web_stomp", "rabbitmq_web_mqtt"]
        guard !plugins.contains(where: servers.contains) else { return [] }
        return listeners(manifest).filter { $0.listener.check == .http }.map { path, listener in
            Finding(
                path + ["check"],
                "\(listener.name) has check: http, and no plugin of the brokers answers HTTP; add rabbitmq_management to broker.plugins"
            )
        }
    }

    private static func balance(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard manifest.brokers.count > 1 else { return [] }
        return amqpListeners(manifest).filter { $0.listener.pattern == .balanced }.compactMap { path, listener in
            switch listener.balance {
            case .source:
                Finding(
                    path + ["balance"],
                    "\(listener.name) has balance: source, so that all clients behind one NAT are on one broker; write leastconn"
                )
            case .first:
                Finding(
                    path + ["balance"],
                    "\(listener.name) has balance: first, so that everybody is on the first broker; write leastconn, or pattern: activeStandby where that is meant"
                )
            case .leastconn, .roundrobin: nil
            }
        }
    }

    private static func statsPage(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard let stats = manifest.proxy?.stats, stats.user == nil else { return [] }
        return [
            Finding(
                ["proxy", "stats"], "stats has no user, so that everybody may see the page; write user and password")
        ]
    }
}
