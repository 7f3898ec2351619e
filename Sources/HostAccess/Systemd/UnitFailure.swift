/// Why systemd did not do what it was asked to do with a unit.
public enum UnitFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// `systemctl` gave no result. See `ProcessFailure.mayHaveTakenEffect`.
    case noResult(ProcessFailure)
    /// systemd refused, or the unit failed: its words, and the last lines that the unit wrote.
    case failed(verb: String, unit: String, words: String, journal: [String])
    /// systemd was asked to start the unit and left it as it is, as one of its conditions does not hold.
    case skipped(unit: String, journal: [String])
    /// What `systemctl show` printed can't be understood.
    case unreadable(unit: String, output: String)
    /// The ticket for the start gate could not be written.
    case noTicket(FileFailure)

    /// Whether the unit may have changed all the same.
    public var mayHaveTakenEffect: Bool {
        switch self {
        case .noResult(let failure): failure.mayHaveTakenEffect
        case .failed: true
        case .skipped, .unreadable, .noTicket: false
        }
    }

    /// The last lines that the unit wrote; empty where they were not asked for.
    public var journal: [String] {
        switch self {
        case .failed(_, _, _, let journal), .skipped(_, let journal): journal
        case .noResult, .unreadable, .noTicket: []
        }
    }

    public var description: String {
        switch self {
        case .noResult(let failure): failure.description
        case .failed(let verb, let unit, let words, _):
            words.isEmpty ? "systemd could not \(verb) \(unit)." : "systemd could not \(verb) \(unit): \(words)"
        case .skipped(let unit, _): "systemd did not start \(unit), as one of its conditions does not hold."
        case .unreadable(let unit, let output):
            "What systemd says about \(unit) can't be understood: \(output.prefix(200))"
        case .noTicket(let failure): failure.description
        }
    }
}
