/// One step that removes drift on one resource.
public struct Action: Hashable, Sendable {
    public enum Verb: String, Hashable, Sendable, Codable { case create, update, delete }
    /// Whose business it is: one host's agent, or the lead of the cluster.
    public enum Scope: String, Hashable, Sendable, Codable { case host, cluster }
    public enum Disruption: String, Hashable, Sendable, Codable { case none, reload, restart, dangerous }

    public let resource: ResourceID
    public let verb: Verb
    public let scope: Scope
    public let disruption: Disruption
    /// What must be observed immediately before.
    public let guards: [Guard]
    /// Why, in a few words: `missing`, or the fields that differ.
    public let reason: String
    /// How it is done.
    public let change: Change
    /// With which a refusal is remembered, see `Stall`.
    public let fingerprint: String

    public init(
        _ verb: Verb, _ resource: ResourceID, scope: Scope, disruption: Disruption = .none, guards: [Guard],
        reason: String, change: Change, fingerprint: String
    ) {
        self.resource = resource
        self.verb = verb
        self.scope = scope
        self.disruption = disruption
        self.guards = guards
        self.reason = reason
        self.change = change
        self.fingerprint = fingerprint
    }
}

/// The means of an action. Actions of one means are carried out together by one command.
public enum Change: Hashable, Sendable {
    /// Entries for the sections of a definitions document, imported in bulk.
    case merge([DefinitionsEntry])
    /// A call inside the broker that deletes one object.
    case remove(Removal)
    /// A call inside the broker that starts a federation link or a shovel anew.
    case restart(Removal)
    /// The exact set of enabled plugins.
    case plugins([String])
    /// A file of this host.
    case file(FileChange)
    /// A service of this host is started.
    case start(HostService)
    case membership(MembershipChange)
    /// This host's node is brought back.
    case node(NodeRepair)
}

/// A condition that must be observed immediately before an action.
public enum Guard: Hashable, Sendable {
    /// A strict majority of the manifest's members runs, with one view and no partition.
    case majority
    /// The object that is deleted holds no message; the broker checks it in the same call.
    case holdsNoMessages
    /// Named by what an action would break; only ever unmet.
    case other(String)

    /// The guard with this name.
    public init(named name: String) {
        self = [Guard.majority, .holdsNoMessages].first { $0.name == name } ?? .other(name)
    }

    public var name: String {
        switch self {
        case .majority: "majority"
        case .holdsNoMessages: "holds-no-messages"
        case .other(let name): name
        }
    }
}

/// An action that is not taken, and why.
public struct BlockedAction: Hashable, Sendable {
    public let resource: ResourceID
    public let verb: Action.Verb
    public let `guard`: Guard
    /// A sentence: what is in the way, and what a person can do.
    public let reason: String

    public init(_ verb: Action.Verb, _ resource: ResourceID, guard unmet: Guard, reason: String) {
        self.resource = resource
        self.verb = verb
        self.guard = unmet
        self.reason = reason
    }
}

/// How an action ended. Only reading again tells whether a thing is so.
public enum Outcome: Hashable, Sendable {
    case succeeded
    /// The broker refused; its own words, redacted.
    case failed(String)
    /// The command was cut off and may still have taken effect.
    case unknown(String)

    public var word: String {
        switch self {
        case .succeeded: "succeeded"
        case .failed: "failed"
        case .unknown: "unknown"
        }
    }

    public var message: String? {
        switch self {
        case .succeeded: nil
        case .failed(let text), .unknown(let text): text
        }
    }
}
