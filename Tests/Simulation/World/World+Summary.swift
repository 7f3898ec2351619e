extension Rules {
    /// What is not as it should be, for an end about which no agent says anything.
    func trouble(in world: World) -> String {
        summary(world)
    }

    /// The world on one line, for people.
    func summary(_ world: World) -> String {
        all.map { place -> String in
            let node = world.nodes[place]
            var text = "\(name(place)) \(node.disk) \(node.process)"
            if node.isFrozen { text += " frozen" }
            if !world.powered.contains(place) { text += " without power" }
            if node.disk != .blank {
                text += " cluster \(node.cluster) sees \(names(node.view)) of \(names(node.members)) log \(node.log)"
            }
            if node.isOutdated { text += " outdated" }
            if node.isDrained { text += " drained" }
            if node.lacksReplica { text += " without its replica" }
            if world.agents[place].unfinished != .nothing { text += " \(world.agents[place].unfinished) unfinished" }
            if !world.agents[place].isAlive { text += " agent dead" }
            return text
        }.joined(separator: "; ")
            + "; \(world.confirmed) confirmed"
    }
}
