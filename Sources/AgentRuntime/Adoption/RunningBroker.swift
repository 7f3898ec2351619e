import ClusterModel
import HostAccess
import Providers
import ResourceKinds

/// What is adopted of a running broker: its definitions, its name and version, its members and its plugins.
public struct RunningBroker: Sendable {
    public let definitions: Definitions
    public let view: ClusterView
    /// Nil where the list could not be read.
    public let plugins: [String]?

    /// Reads the broker.
    ///
    /// - Throws: `AdoptionFailure` where anything that a manifest needs could not be read.
    public static func read(_ tools: BrokerTools, at now: Timestamp) async throws(AdoptionFailure) -> RunningBroker {
        let reading = await BrokerReader(tools: tools).observe(at: now, beyondExport: true)
        switch reading.observation.cluster {
        case .unknown(let reason):
            throw AdoptionFailure("the broker can't be adopted, as it could not be read: \(reason)")
        case .known(let view):
            guard let definitions = reading.definitions else {
                throw AdoptionFailure(
                    "the broker can't be adopted, as it could not be read: \(reason(reading.observation))")
            }
            let plugins = reading.observation[PluginsKind.id]?["enabled"]?.array?.compactMap(\.string)
            return RunningBroker(definitions: definitions, view: view, plugins: plugins)
        }
    }

    private static func reason(_ observation: Observation) -> String {
        for case .unknown(let reason) in observation.readings.values { return reason }
        return "its definitions did not come"
    }
}

/// The hosts of an adopted manifest.
public struct AdoptedHosts: Sendable {
    public let hosts: [Host]
    public let notes: [String]

    /// Hosts for the names, with the addresses that this machine finds for them.
    public init(names: [String], lookUp: (String) -> String? = HostLookup.address) {
        var taken: Set<String> = []
        var unknown: [String] = []
        hosts = names.map { name in
            if let address = lookUp(name), taken.insert(address).inserted {
                return Host(name: name, address: address, roles: [.broker])
            }
            unknown.append(name)
            let free = (1...254).lazy.map { "127.0.0.\($0)" }.first { !taken.contains($0) } ?? "127.0.0.1"
            taken.insert(free)
            return Host(name: name, address: free, roles: [.broker])
        }
        notes =
            unknown.isEmpty
            ? []
            : [
                "No address of its own was found for \(unknown.joined(separator: ", ").printable): write it into spec.hosts "
                    + "in place of 127.0.0.…"
            ]
    }

    /// The hosts of a cluster's members, which are called `rabbit@HOST`.
    public init(members: [String], lookUp: (String) -> String? = HostLookup.address) {
        let parts = members.map { $0.split(separator: "@", maxSplits: 1).map(String.init) }
        let found = AdoptedHosts(names: parts.map { $0.last ?? "" }, lookUp: lookUp)
        let others = zip(members, parts).filter { $1.first != "rabbit" }.map(\.0)
        hosts = found.hosts
        notes =
            found.notes
            + (others.isEmpty
                ? []
                : [
                    "Warren expects members that are called rabbit@HOST; it will not find \(others.joined(separator: ", ").printable)."
                ])
    }
}
