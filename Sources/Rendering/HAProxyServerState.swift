import ClusterModel

/// What HAProxy remembers of its servers over a reload: drains, weights, and who is down.
///
/// HAProxy loads this file and believes it more than its own configuration: a port that was changed there would stay the
/// old one (haproxy/haproxy issues 1412 and 3296, works as designed). So a server whose address or port is another one
/// now starts anew.
public enum HAProxyServerState {
    /// A state that knows of no server. HAProxy warns of a file that is missing or empty.
    public static let empty = "1\n"

    /// The file for the next configuration, out of the answer to `show servers state`. An answer in a form that is not
    /// known gives a state of no server.
    public static func text(from answer: String, for proxy: ProxySettings, of manifest: ClusterManifest) -> String {
        let lines = answer.split(separator: "\n")
        guard lines.count > 1, lines[0] == "1", lines[1].hasPrefix("# ") else { return empty }
        let columns = lines[1].dropFirst(2).split(separator: " ")
        let servers = Set(proxy.listeners.flatMap { rendered($0, manifest) })
        let kept = lines.dropFirst(2).filter { line in
            let values = line.split(separator: " ")
            guard values.count == columns.count else { return false }
            return Server(Dictionary(zip(columns, values)) { first, _ in first }).map { servers.contains($0) } ?? false
        }
        return ([lines[0], lines[1]] + kept).joined(separator: "\n") + "\n"
    }

    private static func rendered(_ listener: ProxySettings.Listener, _ manifest: ClusterManifest) -> [Server] {
        manifest.brokers.compactMap { broker in
            IPAddress(broker.address).map {
                Server(
                    listener: listener.name, name: broker.name, address: $0, port: listener.backendPort,
                    agentPort: listener.check == .agent ? manifest.status.agentCheckPort : 0)
            }
        }
    }

    /// What makes a server the same one.
    fileprivate struct Server: Hashable {
        let listener: String
        let name: String
        let address: IPAddress
        let port: Int
        let agentPort: Int
    }
}

extension HAProxyServerState.Server {
    fileprivate init?(_ row: [Substring: Substring]) {
        guard let listener = row["be_name"], let name = row["srv_name"], let address = row["srv_addr"],
            let address = IPAddress(address), let port = row["srv_port"].flatMap({ Int($0) })
        else { return nil }
        guard let agentPort = row["srv_agent_port"].flatMap({ Int($0) }) else { return nil }
        self.init(
            listener: String(listener), name: String(name), address: address, port: port, agentPort: agentPort)
    }
}
