/// Visits every world that can come of one, each once.
public struct Explorer {
    public let stage: Stage
    /// How many worlds are visited at most.
    public var limit: Int
    public private(set) var figures = Figures()
    /// The first of each kind, with the fewest steps.
    public private(set) var findings: [Finding] = []

    private var places: [Digest: Int32] = [:]
    private var origins: [Origin] = []
    private var calm = Calm()
    private var examples: [String: Int32] = [:]

    private struct Origin {
        let parent: Int32
        let step: Step?
    }

    public init(_ rules: Rules, isPrompt: Bool = false, limit: Int = .max) {
        stage = Stage(rules, isPrompt: isPrompt)
        self.limit = limit
    }

    /// Breadth first, so that what is found has the fewest steps.
    ///
    /// - Parameter progress: told of what was seen so far after each depth.
    public mutating func explore(from first: World, progress: (Figures) -> Void = { _ in }) {
        var frontier: [World] = []
        var first = first
        if stage.isPrompt { stage.lookAround(&first) }
        add(first, nil, to: &frontier)
        while !frontier.isEmpty {
            var next: [World] = []
            for world in frontier {
                guard places.count < limit else {
                    figures.isComplete = false
                    return
                }
                expand(world, &next)
            }
            figures.depth += 1
            frontier = next
            progress(figures)
        }
    }

    private mutating func expand(_ world: World, _ next: inout [World]) {
        guard let place = places[Digest(of: world)] else { return }
        for step in stage.steps(from: world) {
            var successor = world
            let violation = stage.take(step, in: &successor)
            figures.transitions += 1
            if let violation {
                report(violation, place, step)
                // What comes after is no longer Warren's world.
                continue
            }
            add(successor, Origin(parent: place, step: step), to: &next)
        }
    }

    private mutating func add(_ world: World, _ origin: Origin?, to frontier: inout [World]) {
        let number = Int32(origins.count)
        guard places.insertIfNew(Digest(of: world), number) else { return }
        origins.append(origin ?? Origin(parent: -1, step: nil))
        frontier.append(world)
        figures.worlds += 1
        let end = calm.end(of: world, on: stage)
        figures.ends[end.name, default: 0] += 1
        if examples[end.name] == nil { examples[end.name] = number }
        if let violation = end.violation { report(violation, number, nil) }
    }

    private mutating func report(_ violation: Violation, _ place: Int32, _ last: Step?) {
        guard !findings.contains(where: { $0.violation.kind == violation.kind }) else { return }
        findings.append(Finding(violation: violation, steps: path(to: place) + (last.map { [$0] } ?? [])))
    }

    /// A shortest way to a world that comes to this end.
    public func example(of end: String) -> [Step] { examples[end].map { path(to: $0) } ?? [] }

    /// The steps that lead to a world.
    private func path(to place: Int32) -> [Step] {
        var steps: [Step] = []
        var place = place
        while place >= 0 {
            if let step = origins[Int(place)].step { steps.append(step) }
            place = origins[Int(place)].parent
        }
        return steps.reversed()
    }
}

/// What a search saw.
public struct Figures: Sendable {
    public var worlds = 0
    public var transitions = 0
    /// The longest of the shortest ways to a world.
    public var depth = 0
    /// How many of the worlds come to which end when nothing fails any more.
    public var ends: [String: Int] = [:]
    /// Whether nothing was left out.
    public var isComplete = true
}

/// A counterexample.
public struct Finding: Sendable {
    public let violation: Violation
    public let steps: [Step]
}
