import ClusterModel

/// The ports of a host that HAProxy must leave alone.
struct OwnPorts {
    /// Ports of the agent, with why they are.
    var ofAgent: [Int: String] = [:]
    /// Ports of the broker, with whose they are.
    var ofBroker: [Int: String] = [:]

    init(status: Located?, broker: BrokerSettings, plugins: [String]) {
        for name in ["port", "agentCheckPort"] {
            guard let port = status?[name], let number = port.integer else { continue }
            ofAgent[number] = "the agent has it by status.\(name)"
        }
        for service in Self.services where service.plugin.map(plugins.contains) ?? true {
            for port in service.ports(broker) { ofBroker[port] = service.name }
        }
    }

    /// What a broker listens on, and the keys that say so (https://www.rabbitmq.com/docs/networking#ports).
    private struct Service {
        let name: String
        let plugin: String?
        let key: String
        let environment: String?
        let standard: Int

        func ports(_ broker: BrokerSettings) -> [Int] {
            let keyed = broker.config.filter { $0.key == key || $0.key.hasPrefix(key + ".") && key.hasSuffix("tcp") }
            if !keyed.isEmpty {
                return keyed.compactMap { Int($0.value.split(separator: ":").last ?? "") }
            }
            let named = environment.flatMap { name in broker.environment.last { $0.key == name } }
            return [named.flatMap { Int($0.value) } ?? standard]
        }
    }

    private static let services = [
        Service(name: "its broker", plugin: nil, key: "listeners.tcp", environment: "NODE_PORT", standard: 5672),
        Service(
            name: "its management interface", plugin: "rabbitmq_management", key: "management.tcp.port",
            environment: nil, standard: 15_672),
        Service(
            name: "its metrics page", plugin: "rabbitmq_prometheus", key: "prometheus.tcp.port", environment: nil,
            standard: 15_692),
        Service(
            name: "the link between the brokers", plugin: nil, key: "distribution.port", environment: "DIST_PORT",
            standard: 25_672),
        Service(name: "epmd", plugin: nil, key: "epmd.port", environment: nil, standard: 4369),
    ]

    /// The ports on which a broker speaks AMQP.
    static func amqp(_ broker: BrokerSettings) -> [Int] { services[0].ports(broker) }

    /// How to come to another port, as the end of a sentence.
    static func remedy(_ service: String) -> String {
        guard let key = settings[service] else { return "write another port" }
        return
            "write another port, or give the broker another one with broker.config \(key) and name that in backendPort"
    }

    private static let settings = [
        "its broker": "listeners.tcp.default", "its management interface": "management.tcp.port",
        "its metrics page": "prometheus.tcp.port",
    ]
}
