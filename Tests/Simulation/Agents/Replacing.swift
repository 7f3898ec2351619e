// What the scripts of `ReplacementScript` do inside the broker, with what they check there once more.

extension Rules {
    /// What each call that changes the cluster checks first, in the broker: more than half of the members run.
    private func mayChange(_ place: Int, _ world: World) -> Bool {
        world.nodes[place].isUp && world.nodes[place].view.isMajority(of: all)
    }

    /// Takes the member's replica out of the queue, and forgets it.
    func forget(_ member: Int, by place: Int, _ world: inout World) -> Violation? {
        guard mayChange(place, world), agrees(place, world), world.nodes[place].members.contains(member) else {
            return nil
        }
        // The script asks the node itself, and the running members whether they reach it.
        let reaching = world.nodes[place].view + place
        guard !(world.nodes[member].answers && reaching.contains { world.connects($0, member) }) else { return nil }
        if world.replicas.contains(member), world.replicas.count > 1 {
            guard isComplete(place, world) else { return nil }
            let rest = world.replicas - member
            // Raft commits the change on more than half of those that stay.
            guard let leader = world.activeLeader, leader != member, world.peers(of: leader).isMajority(of: rest) else {
                return nil
            }
            world.replicas = rest
            world.destroyed = world.destroyed - member
        }
        let hadData = world.nodes[member].disk != .blank
        for other in world.nodes[place].view where world.nodes[other].isUp {
            world.nodes[other].members = world.nodes[other].members - member
        }
        return hadData ? .unacknowledged("\(name(member)), which has data, is forgotten") : nil
    }

    /// Whether the queue has a leader, and all its running members are in step.
    private func isComplete(_ place: Int, _ world: World) -> Bool {
        guard let leader = world.activeLeader, world.together(place, leader) else { return false }
        return world.replicas.allSatisfy { member in
            !world.together(place, member)
                || !world.nodes[member].lacksReplica && world.nodes[member].log == world.confirmed
        }
    }

    /// The new replica is empty, and has a vote at once.
    func grow(_ member: Int, by place: Int, _ world: inout World) {
        guard mayChange(place, world), let leader = world.activeLeader, !world.replicas.contains(member),
            world.together(place, leader), world.together(member, leader)
        else { return }
        let grown = world.replicas + member
        guard (world.peers(of: leader) + member).isMajority(of: grown) else { return }
        world.replicas = grown
        world.nodes[member].log = 0
    }
}
