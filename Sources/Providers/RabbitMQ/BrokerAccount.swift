import HostAccess

/// As whom the broker and its tools run.
public enum BrokerAccount: Sendable, Hashable {
    /// As Warren itself.
    case current
    /// As this user; Warren, being root, drops to it.
    case user(OSUser)
    /// As this user; the tools, started as root, drop to it themselves.
    case droppedByTools(OSUser)

    /// The account `rabbitmq` where Warren is root, Warren's own otherwise.
    public static func standard() throws(InstallationFailure) -> BrokerAccount {
        guard OSUser.isRoot else { return .current }
        guard let user = OSUser(named: "rabbitmq") else { throw .noAccount("rabbitmq") }
        return .user(user)
    }

    /// Whom Warren is to become before it starts a tool.
    public var runAs: OSUser? { if case .user(let user) = self { user } else { nil } }

    /// Whose the broker's files have to be; nil where they are Warren's own.
    public var fileOwner: FileOwner? {
        switch self {
        case .current: nil
        case .user(let user), .droppedByTools(let user): user.owner
        }
    }
}

/// Why this host's RabbitMQ cannot be used.
public enum InstallationFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case noAccount(String)
    case notPermitted
    case noTools(String)

    public var description: String {
        switch self {
        case .noAccount(let name):
            "This host has no account \(name). Install RabbitMQ: apt-get install rabbitmq-server."
        case .notPermitted:
            "RabbitMQ's tools work for root and for the account rabbitmq alone. Run Warren as one of them."
        case .noTools(let directory):
            "There is no rabbitmqctl in \(directory). Install RabbitMQ: apt-get install rabbitmq-server."
        }
    }
}
