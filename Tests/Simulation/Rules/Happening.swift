/// What the brokers and their clients do by themselves, sooner or later.
public enum Happening: Hashable, Sendable {
    /// A node learns that others are gone, and pauses where it is in a minority.
    case notices(Int)
    /// A node that was away for a moment takes itself for the cluster, beside the others.
    case splitsOff(Int)
    /// A paused node sees enough of the others and boots.
    case returns(Int)
    case boots(Int)
    /// A node that cannot boot: the peers disagree, or it waited in vain.
    case givesUp(Int)
    case elects(Int)
    /// A message is confirmed; these have it.
    case publishes(HostSet)
    case catchesUp(Int)
}

extension Rules {
    func happenings(of world: World) -> [Happening] {
        var all: [Happening] = []
        for place in self.all where world.nodes[place].answers {
            switch world.nodes[place].process {
            case .running:
                if hasNews(place, world) { all.append(.notices(place)) }
                if canSplitOff(place, world) { all.append(.splitsOff(place)) }
                if canLead(place, world) { all.append(.elects(place)) }
                if canCatchUp(place, world) { all.append(.catchesUp(place)) }
            case .paused: if canReturn(place, world) { all.append(.returns(place)) }
            case .booting: all.append(bootSource(place, world) != nil ? .boots(place) : .givesUp(place))
            case .none, .stopped: break
            }
        }
        return all + publications(in: world)
    }

    func apply(_ happening: Happening, to world: inout World) -> Violation? {
        switch happening {
        case .notices(let place): notice(place, &world)
        case .splitsOff(let place): world.nodes[place].view = [place]
        case .returns(let place): boot(place, &world)
        case .boots(let place): finishBoot(place, &world)
        case .givesUp(let place): world.nodes[place].end()
        case .elects(let place): return elect(place, &world)
        case .publishes(let holders):
            world.confirmed += 1
            for place in holders { catchUp(place, &world) }
        case .catchesUp(let place): catchUp(place, &world)
        }
        return nil
    }
}
