/// One thing that changes the world.
public enum Step: Hashable, Sendable {
    case fails(Failure)
    case ends(Ending)
    case happens(Happening)
    /// An agent reads the world and decides.
    case looks(Int)
    /// An agent does what it decided.
    case acts(Int)
    /// A person does what `warren recover` says.
    case recovers(Int)
}

/// The world's rules with Warren's decisions in it: what can happen next, and what comes of it.
public struct Stage {
    public let rules: Rules
    let decider: Decider
    /// Whether agents look as soon as anything happens, so that none tells what is no longer so. What they decide is
    /// still done at any later moment.
    public let isPrompt: Bool

    public init(_ rules: Rules, isPrompt: Bool = false) {
        self.rules = rules
        self.isPrompt = isPrompt
        decider = Decider(rules)
    }

    public func steps(from world: World) -> [Step] {
        var steps: [Step] = []
        for place in rules.all where world.agents[place].isAlive && world.powered.contains(place) {
            if world.agents[place].intent != nil {
                steps.append(.acts(place))
            } else if !isPrompt {
                steps.append(.looks(place))
            }
        }
        steps += rules.happenings(of: world).map { .happens($0) }
        steps += rules.endings(of: world).map { .ends($0) }
        steps += rules.all.filter { rules.canRecover($0, world) }.map { .recovers($0) }
        return steps + rules.failures(of: world).map { .fails($0) }
    }

    public func take(_ step: Step, in world: inout World) -> Violation? {
        let violation = takeAlone(step, in: &world)
        if isPrompt, violation == nil { lookAround(&world) }
        return violation
    }

    /// Each agent looks, and once more after it heard the others.
    func lookAround(_ world: inout World) {
        for _ in 0..<2 {
            for place in rules.all where world.agents[place].isAlive && world.powered.contains(place) {
                if world.agents[place].intent == nil {
                    rules.look(place, &world, decider)
                } else {
                    rules.hear(place, &world, decider)
                }
            }
        }
    }

    private func takeAlone(_ step: Step, in world: inout World) -> Violation? {
        switch step {
        case .fails(let failure): rules.apply(failure, to: &world)
        case .ends(let ending): rules.apply(ending, to: &world)
        case .happens(let happening): return rules.apply(happening, to: &world)
        case .looks(let place): rules.look(place, &world, decider)
        case .acts(let place): return rules.act(place, &world, decider)
        case .recovers(let place): return rules.recover(place, &world)
        }
        return nil
    }
}
