import ClusterModel
import HostAccess
import Providers

extension HostContext {
    /// How this host's broker is reached where there is no manifest that says so.
    ///
    /// Of a broker that Warren supervises, the ports and the name are those that the running process was given.
    public func installation() throws -> BrokerInstallation {
        switch runtime {
        case .systemd:
            return try packagedInstallation(host: name)
        case .supervised:
            let directory = try supervisedDirectory()
            let given = Self.environmentOfServer(in: directory)
            var settings = SupervisedSettings()
            for name in ["DIST_PORT", "NODE_PORT"] { settings.environment[name] = given["RABBITMQ_" + name] }
            settings.portMapperPort = given["ERL_EPMD_PORT"].flatMap { Int($0) }
            return .supervised(
                directory: directory, nodeName: given["RABBITMQ_NODENAME"] ?? "rabbit@\(name)", settings: settings,
                account: try .standard(), toolsDirectory: toolsDirectory ?? BrokerInstallation.standardTools)
        }
    }

    /// What the manifest has to say of a supervised broker, so that it is found again: its configuration and its ports.
    /// Nil for one of the distribution's, which has its own files.
    public func supervisedSettings() -> BrokerSettings? {
        guard runtime == .supervised, let directory else { return nil }
        let given = Self.environmentOfServer(in: directory)
        let client = given["RABBITMQ_NODE_PORT"].flatMap { Int($0) }
        let distribution = given["RABBITMQ_DIST_PORT"].flatMap { Int($0) }
        var environment = client.map { [BrokerSettings.ConfigEntry("NODE_PORT", String($0))] } ?? []
        if let distribution, distribution != (client ?? 5672) + 20000 {
            environment.append(BrokerSettings.ConfigEntry("DIST_PORT", String(distribution)))
        }
        let bytes =
            (try? FileContent.read(SupervisedLayout(directory: directory, nodeName: "").config, limit: 1 << 20)) ?? []
        let settings = BrokerSettings(
            config: Self.config(String(decoding: bytes, as: UTF8.self)), environment: environment)
        return settings.config.isEmpty && settings.environment.isEmpty ? nil : settings
    }

    /// The settings of a rabbitmq.conf that Warren wrote: `key = value` lines and comments.
    private static func config(_ text: String) -> [BrokerSettings.ConfigEntry] {
        text.split(separator: "\n").compactMap { line in
            guard !line.hasPrefix("#"), let sign = line.firstRange(of: " = ") else { return nil }
            return BrokerSettings.ConfigEntry(String(line[..<sign.lowerBound]), String(line[sign.upperBound...]))
        }
    }

    /// What the server that runs in the directory was started with; empty where none runs or it can't be looked at.
    private static func environmentOfServer(in directory: String) -> [String: String] {
        guard let process = BrokerProcesses(directory: directory).server(),
            let bytes = try? FileContent.read("/proc/\(process.pid)/environ", limit: 1 << 20)
        else { return [:] }
        let pairs = bytes.split(separator: 0).compactMap { entry -> (String, String)? in
            let parts = String(decoding: entry, as: UTF8.self).split(separator: "=", maxSplits: 1)
            return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
        }
        return Dictionary(pairs, uniquingKeysWith: { _, last in last })
    }
}
