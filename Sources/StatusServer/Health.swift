import ClusterModel

/// What `/healthz` and `/readyz` answer.
struct Health {
    let liveness: Answer
    let readiness: Answer

    init(_ snapshot: HostSnapshot, at now: Timestamp, staleAfter: Duration) {
        liveness = Self.liveness(snapshot, at: now, staleAfter: staleAfter)
        readiness = Self.readiness(snapshot)
    }

    private static func liveness(_ snapshot: HostSnapshot, at now: Timestamp, staleAfter: Duration) -> Answer {
        guard let aliveAt = snapshot.aliveAt else {
            return .plain(.serviceUnavailable, "The agent's loop has not begun")
        }
        let age = max(0, now.seconds(since: aliveAt))
        guard age * 1000 <= TimeAmountText.milliseconds(staleAfter) else {
            let since = "\(Int(age)) s, since \(aliveAt.iso8601)"
            return .plain(.serviceUnavailable, "The agent's loop has not come round for \(since)")
        }
        return .plain(.ok, "ok")
    }

    private static func readiness(_ snapshot: HostSnapshot) -> Answer {
        guard snapshot.lastRun != nil else { return .plain(.serviceUnavailable, "No run has ended yet") }
        switch snapshot.status(.manifestValid) {
        case .true: return .plain(.ok, "ok")
        case .false:
            let why = snapshot.conditions.first { $0.name == Condition.Name.manifestValid.rawValue }
            let text = (why?.message ?? why?.reason ?? "").printable
            return .plain(.serviceUnavailable, "The manifest is not valid: " + text)
        case .unknown, nil: return .plain(.serviceUnavailable, "No manifest has been read yet")
        }
    }
}

/// Durations as numbers.
enum TimeAmountText {
    static func milliseconds(_ duration: Duration) -> Double {
        let (seconds, attoseconds) = duration.components
        return Double(seconds) * 1000 + Double(attoseconds) / 1e15
    }
}
