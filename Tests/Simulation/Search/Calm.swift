/// Where a world comes to when nothing fails any more: failures end, and brokers and agents do what they do, each in
/// turn, until nothing changes.
struct Calm {
    private var known: [Digest: Int32] = [:]
    /// Each end once: there are a few hundred.
    private var ends: [End] = []
    private var numbers: [End: Int32] = [:]

    enum End: Hashable {
        case converged
        /// It stays as it is, and the agents say why: guards with their reasons, or conditions that do not hold.
        case said([String])
        case silent(String)
        /// It goes on for ever.
        case restless(String)

        /// Ends of one kind, whatever hosts they are about.
        var name: String {
            switch self {
            case .converged: "converged"
            case .said(let reasons): reasons.joined(separator: " | ")
            case .silent(let state): "silent: " + state
            case .restless: "restless"
            }
        }

        var violation: Violation? {
            switch self {
            case .converged, .said: nil
            case .silent: .silent
            case .restless(let way): .stuck("it goes round in circles: \(way)")
            }
        }
    }

    /// The ends of worlds on one way are one, so that each way is walked once.
    mutating func end(of world: World, on stage: Stage) -> End {
        var world = world
        world.failuresLeft = 0
        var way: [(digest: Digest, world: World)] = []
        while true {
            let digest = Digest(of: world)
            if let seen = known[digest] { return remember(ends[Int(seen)], for: way) }
            if way.count > 300 {
                // Where it is an agent that repairs again and again, its budget ends that, which the model leaves out.
                if way.suffix(12).contains(where: { place in
                    stage.rules.all.contains { place.world.nodes[$0].isDisrupted }
                }) {
                    return remember(.said(["healing: it was repaired three times within an hour"]), for: way)
                }
                let last = way.suffix(12).map { stage.rules.summary($0.world) }
                return remember(.restless(last.joined(separator: "\n")), for: way)
            }
            way.append((digest, world))
            let next = stage.calmed(world)
            if next == world { return remember(rest(world, stage), for: way) }
            world = next
        }
    }

    private mutating func remember(_ end: End, for way: [(digest: Digest, world: World)]) -> End {
        let number = numbers[end] ?? Int32(ends.count)
        if number == ends.count {
            ends.append(end)
            numbers[end] = number
        }
        for place in way { known[place.digest] = number }
        return end
    }

    private func rest(_ world: World, _ stage: Stage) -> End {
        if stage.rules.isConverged(world) { return .converged }
        var reasons: Set<String> = []
        for place in stage.rules.all {
            let decision = stage.decider.decide(stage.rules.sight(of: place, in: world))
            for action in decision.blocked where !["other-host", "lead"].contains(action.guard.name) {
                reasons.insert("\(action.guard.name): \(action.reason)")
            }
            if decision.isMember { reasons.formUnion(decision.complaints) }
        }
        return reasons.isEmpty
            ? .silent(Self.general(stage.rules.trouble(in: world))) : .said(Set(reasons.map(Self.general)).sorted())
    }

    /// Without the numbers that tell hosts apart.
    private static func general(_ reason: String) -> String {
        String(reason.filter { !$0.isNumber }.prefix(110))
    }
}

extension Stage {
    /// The world one step later; the same where nothing is left to happen.
    func calmed(_ world: World) -> World {
        var next = world
        if let ending = rules.endings(of: world).first {
            rules.apply(ending, to: &next)
            return next
        }
        for happening in rules.happenings(of: world) {
            switch happening {
            case .splitsOff, .givesUp, .publishes: continue
            default:
                _ = rules.apply(happening, to: &next)
                return next
            }
        }
        // A round of runs: each looks and does what it decided.
        for place in rules.all {
            if world.agents[place].intent == nil { rules.look(place, &next, decider) }
            _ = rules.act(place, &next, decider)
        }
        return next
    }
}
