import ClusterModel

/// What made the agent look.
public enum RunCause: String, Hashable, Sendable, Codable, CaseIterable {
    case event, commit, resync, request, boot
}

/// How a run ended.
public enum RunResult: String, Hashable, Sendable, Codable, CaseIterable {
    case converged, drifted, stalled, failed, unknown
}

/// Where a run is.
public enum RunState: Hashable, Sendable {
    /// Begun and not finished; nothing later says that it was cut off.
    case running
    /// Begun and cut off: the agent was killed. What its last step did is not known.
    case interrupted
    case finished(RunResult)

    /// `running`, `interrupted` or the word of the result.
    public var word: String {
        switch self {
        case .running: "running"
        case .interrupted: "interrupted"
        case .finished(let result): result.rawValue
        }
    }
}

/// One pass of the agent.
public struct RunRecord: Hashable, Sendable, Identifiable {
    public let id: Int64
    public let cause: RunCause
    public let host: String
    /// The revision that it worked towards; nil where there was none.
    public let revision: String?
    public let startedAt: Timestamp
    public let finishedAt: Timestamp?
    public let state: RunState
    /// What was done, or why nothing was; nil until it is finished.
    public let sentence: String?
    /// How many processes it started; nil until it is finished.
    public let processes: Int?
    /// How many actions it began.
    public let actionCount: Int
}

/// A run with everything that it began.
public struct RunDetail: Hashable, Sendable {
    public let run: RunRecord
    /// In the order in which they began.
    public let steps: [StepRecord]
    /// What was found of the resources that it acted on, and led to that.
    public let found: [ResourceID: DriftRecord]
}

/// One command and the actions that it carried out.
public struct StepRecord: Hashable, Sendable, Identifiable {
    public let id: Int64
    /// Redacted.
    public let command: String
    public let startedAt: Timestamp
    /// Nil where the command never came back: it may or may not have taken effect.
    public let finishedAt: Timestamp?
    /// Nil where the command was not finished, did not start or was killed.
    public let exitCode: Int32?
    /// At most the last 4 KiB of what it printed, redacted; empty until it is finished.
    public let outputTail: String
    public let actions: [ActionRecord]
}

/// One action as it was written down before it was carried out.
public struct ActionRecord: Hashable, Sendable {
    public let resource: ResourceID
    public let verb: Action.Verb
    public let reason: String
    /// Nil where none was reported, which means unknown.
    public let outcome: Outcome?
}
