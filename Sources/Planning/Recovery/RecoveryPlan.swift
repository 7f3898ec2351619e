import ClusterModel

/// What is to be done on this host, once a person decided it.
public struct RecoveryPlan: Hashable, Sendable {
    /// The scenario's number in docs/operations.md; nil for one that is none of the six.
    public let scenario: Int?
    public let happened: String
    /// What would be lost, and what Warren can't know.
    public let losses: [String]
    public let steps: [RecoveryStep]
    /// What a person does after it.
    public let afterwards: String

    public init(_ scenario: Int?, _ happened: String, losses: [String], steps: [RecoveryStep], afterwards: String) {
        self.scenario = scenario
        self.happened = happened
        self.losses = losses
        self.steps = steps
        self.afterwards = afterwards
    }

    /// The dangerous verbs, each once, in order.
    public var verbs: [String] {
        steps.compactMap(\.verb).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}

/// What `warren recover` found.
public enum RecoveryFinding: Hashable, Sendable {
    /// Nothing is to be done by a person, and why.
    case nothing(String)
    /// It is to be done elsewhere, or with hands.
    case byHand(String)
    case plan(RecoveryPlan)
    /// What it would have to know.
    case unclear([String])
}
