import ClusterModel
import HostAccess
import Providers

/// RabbitMQ's own tools.
enum ToolCheck {
    static let names = ["rabbitmqctl", "rabbitmq-plugins", "rabbitmq-diagnostics"]

    static func look(_ directory: String) -> Finding {
        let missing = names.filter { !FileStatus.isExecutable("\(directory)/\($0)") }
        guard !missing.isEmpty else { return .pass("tools", "RabbitMQ's tools are in \(directory).") }
        return .failure(
            "tools", "There is no \(missing.joined(separator: ", ")) in \(directory) that can be run.",
            "Install RabbitMQ with apt-get install rabbitmq-server, or name the folder with --tools.")
    }
}

/// As whom Warren runs, and the broker's account.
enum AccountCheck {
    static func permissions(current: String?, isRoot: Bool, runtime: HostContext.Runtime) -> Finding {
        let name = current ?? "an account without a name"
        if isRoot || current == "rabbitmq" || runtime == .supervised {
            return .pass("permissions", "Warren runs as \(name), which may use RabbitMQ's tools.")
        }
        return .failure(
            "permissions", "Warren runs as \(name), which may not use RabbitMQ's tools.",
            "Run it as root or as rabbitmq.")
    }

    static func account(_ account: OSUser?, isRoot: Bool, runtime: HostContext.Runtime) -> Finding {
        if let account { return .pass("account", "The account rabbitmq is there, number \(account.uid).") }
        if runtime == .supervised, !isRoot {
            return .pass("account", "There is no account rabbitmq, and a broker of Warren's own account needs none.")
        }
        return .failure(
            "account", "There is no account rabbitmq.",
            "Install RabbitMQ with apt-get install rabbitmq-server, which makes it.")
    }
}

/// The host's name: the node's name ends in it, and the other members look it up.
enum NameCheck {
    static func look(_ name: String, addresses: [String], own: Set<String>) -> Finding {
        guard let first = addresses.first else {
            return .failure(
                "host name", "The name \(name.printable) can't be resolved, and RabbitMQ does not start without.",
                "Write a line ADDRESS \(name.printable) into /etc/hosts.")
        }
        // Debian's /etc/hosts leads to 127.0.1.1, which no interface has and every packet reaches.
        if addresses.contains(where: { own.contains($0) || $0.hasPrefix("127.") }) {
            return .pass("host name", "\(name.printable) is this host, \(first).")
        }
        return .failure(
            "host name", "\(name.printable) leads to \(addresses.joined(separator: ", ")), which is not this host.",
            "Mend /etc/hosts or the DNS, or name this host as the manifest does with --host NAME.")
    }
}

/// Where secrets are handed to the tools.
enum MemoryCheck {
    /// The folders that come into question, as `MemoryStorage` chooses among them.
    static func candidates(isRoot: Bool, environment: [String: String]) -> [String] {
        [isRoot ? "/run" : environment["XDG_RUNTIME_DIR"], "/dev/shm"].compactMap { $0 }
    }

    static func look(_ candidates: [String]) -> Finding {
        if let folder = candidates.first(where: { MemoryStorage.isInMemory($0) && FileAccess.isWritable($0) }) {
            return .pass("memory", "Secrets can be handed over in \(folder), which is kept in memory.")
        }
        return .failure(
            "memory", "No folder that can be written to is kept in memory, so that secrets would reach a disk.",
            "Mount a tmpfs at /run or at /dev/shm.")
    }
}

/// The Erlang port mapper, which knows where nodes listen.
enum PortMapperCheck {
    static func look(_ installation: BrokerInstallation) -> Finding {
        let port = installation.environment["ERL_EPMD_PORT"].flatMap { Int($0) } ?? PortMapper.standardPort
        return finding(port: port, names: PortMapper(port: port).names(), nodeName: installation.nodeName)
    }

    static func finding(port: Int, names: [String]?, nodeName: String) -> Finding {
        let short = nodeName.split(separator: "@").first.map(String.init) ?? nodeName
        guard let names else {
            return .warning(
                "port mapper", "No Erlang port mapper (epmd) answers on port \(port).",
                "It starts with the broker: systemctl start rabbitmq-server.")
        }
        if names.contains(short) {
            return .pass("port mapper", "The Erlang port mapper answers on port \(port) and knows \(short).")
        }
        let others = names.isEmpty ? "no node" : "only \(names.joined(separator: ", ").printable)"
        return .warning(
            "port mapper", "The Erlang port mapper answers on port \(port) and knows \(others), not \(short).",
            "The node does not run or has another name; see rabbitmqctl status.")
    }
}
