/// A cluster of the model to which a person does things, one after another, for a comparison with real hosts.
public struct Scene: Sendable {
    private let rules: Rules
    /// All worlds that the steps so far may have led to.
    private var worlds: Set<World>

    /// Three brokers that run well.
    public init() {
        rules = Rules(hosts: 3, messages: 1)
        worlds = [rules.formed(failures: 20)]
    }

    public mutating func fail(_ failure: Failure) { change { $0.apply(failure, to: &$1) } }
    /// All at the same moment.
    public mutating func end(_ endings: [Ending]) {
        change { rules, world in for ending in endings { rules.apply(ending, to: &world) } }
    }

    private mutating func change(_ body: (Rules, inout World) -> Void) {
        let stage = Stage(rules, isPrompt: true)
        var rest: Set<World> = []
        for var world in worlds {
            body(rules, &world)
            stage.lookAround(&world)
            rest.formUnion(stage.rests(after: world))
        }
        worlds = rest
    }

    /// What each host may show when nothing moves any more: `paused`, or `running with mq1, mq2`.
    public var pictures: Set<[String]> {
        Set(worlds.map { world in rules.all.map { rules.picture(of: $0, in: world) } })
    }
}

extension Stage {
    /// The worlds in which brokers and agents come to rest, in whatever order they act.
    ///
    /// What would take brokers minutes to give up, and a connection that comes back unnoticed, are left out.
    func rests(after world: World) -> Set<World> {
        var (seen, frontier, rests): (Set<World>, [World], Set<World>) = ([world], [world], [])
        while let place = frontier.popLast() {
            var moves = false
            for step in steps(from: place) {
                switch step {
                case .fails, .ends, .looks, .happens(.givesUp), .happens(.splitsOff), .happens(.publishes): continue
                default: break
                }
                var next = place
                guard take(step, in: &next) == nil, next != place else { continue }
                moves = true
                if seen.insert(next).inserted { frontier.append(next) }
            }
            if !moves { rests.insert(place) }
        }
        return rests
    }
}

extension Rules {
    fileprivate func picture(of place: Int, in world: World) -> String {
        guard world.powered.contains(place) else { return "off" }
        let node = world.nodes[place]
        return node.process == .running ? "running with \(names(node.view))" : "\(node.process)"
    }
}
