/// What will be done and what will not, as a value: what is printed is what is applied.
public struct Plan: Sendable {
    /// All drift, in manifest order, also what no action removes; what is unexpected comes last.
    public var drift: [Drift]
    /// In the order in which they run.
    public var steps: [Step]
    public var blocked: [BlockedAction]
    /// Drift that another try cannot fix: the broker refused this very value before.
    public var stalled: [Stall]
    /// Kinds that could not be read, with the reason. Nothing is done about them.
    public var unknown: [Kind: String]

    public init(
        drift: [Drift] = [], steps: [Step] = [], blocked: [BlockedAction] = [], stalled: [Stall] = [],
        unknown: [Kind: String] = [:]
    ) {
        self.drift = drift
        self.steps = steps
        self.blocked = blocked
        self.stalled = stalled
        self.unknown = unknown
    }

    public var actions: [Action] { steps.flatMap(\.actions) }
    /// What keeps the broker from being as the manifest says.
    public var openDrift: [Drift] { drift.filter(\.isOpen) }
    /// What people or applications brought; only reported.
    public var unmanaged: [Drift] { drift.filter { !$0.isOpen } }
}

/// Actions that one command carries out. All have the same means, see `Change`.
public struct Step: Hashable, Sendable {
    public let actions: [Action]
    public init(_ actions: [Action]) { self.actions = actions }
}
