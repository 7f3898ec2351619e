import Testing

@testable import Simulation

/// Warren's decisions in every world that failures, brokers and agents can make, up to a number of failures that leaves
/// the tests quick. `make simulate` goes further.
@Suite struct SimulationTests {
    private func expectSound(_ rules: Rules, from world: World, isPrompt: Bool = true) -> Figures {
        var explorer = Explorer(rules, isPrompt: isPrompt)
        explorer.explore(from: world)
        for finding in explorer.findings where finding.violation != .silent {
            Issue.record("\n\(rules.text(of: finding))")
        }
        let silent = explorer.figures.ends.keys.filter { $0.hasPrefix("silent") }
        for end in silent { Issue.record("\(end)\n\(rules.text(of: explorer.example(of: end)))") }
        #expect(explorer.figures.isComplete)
        return explorer.figures
    }

    @Test(
        "After two failures on three hosts nothing confirmed is lost, no second cluster is there, and what is kept back says why"
    )
    func threeHosts() {
        let rules = Rules(hosts: 3, messages: 1)
        let figures = expectSound(rules, from: rules.formed(failures: 2))
        #expect(figures.worlds > 10_000)
    }

    @Test(
        "After three failures on two hosts the same holds, whether a minority pauses or not", arguments: [true, false])
    func twoHosts(pausesMinority: Bool) {
        let rules = Rules(hosts: 2, pausesMinority: pausesMinority)
        let figures = expectSound(rules, from: rules.formed(failures: 3))
        #expect(figures.worlds > 1_000)
    }

    @Test("A cluster forms out of blank hosts through one failure, with one founder")
    func formation() {
        let rules = Rules(hosts: 3)
        let figures = expectSound(rules, from: rules.blank(failures: 1))
        #expect(figures.ends["converged", default: 0] > 1_000)
    }

    @Test("Three brokers restart for their configuration, one at a time, whatever their agents do at the same time")
    func restarts() {
        let rules = Rules(hosts: 3, restarts: true)
        let figures = expectSound(rules, from: rules.formed(failures: 0))
        #expect(figures.ends["converged"] == figures.worlds)
        #expect(figures.worlds > 1_000)
    }

    @Test("A person who does what warren recover says loses nothing of the quorum queue that any disk still has")
    func recoveries() {
        let rules = Rules(hosts: 2, recovers: true)
        let figures = expectSound(rules, from: rules.formed(failures: 2))
        #expect(figures.worlds > 1_000)
    }

    @Test("Agents that tell what is no longer so lose nothing either, through one failure on two hosts")
    func lateAgents() {
        let rules = Rules(hosts: 2)
        let figures = expectSound(rules, from: rules.formed(failures: 1), isPrompt: false)
        #expect(figures.worlds > 100)
    }
}

/// The model can fail: what the rules are there for is seen where they are broken.
@Suite struct ModelTests {
    private let rules = Rules(hosts: 3)

    /// mq1 and mq3 confirmed a message that mq2 has not; then mq1 goes down and mq3's disk is lost.
    private func endangered() -> World {
        var world = rules.formed(failures: 3)
        _ = rules.apply(.publishes([0, 2]), to: &world)
        rules.apply(.killBroker(0), to: &world)
        rules.apply(.diskBlanked(2), to: &world)
        return world
    }

    @Test("A blank member that comes up as a voter outvotes the copy that holds a confirmed message, and that is found")
    func amnesiac() {
        var world = endangered()
        // As if the node were started and joined without being forgotten first (facts/failure-modes §0.3).
        (world.nodes[2].process, world.nodes[2].disk, world.nodes[2].cluster) = (.running, .data, 1)
        (world.nodes[2].members, world.nodes[2].view, world.nodes[1].view) = (rules.all, [1, 2], [1, 2])
        #expect(rules.canLead(1, world))
        #expect(rules.apply(.elects(1), to: &world) == .lostConfirmed(1, leader: 1))
    }

    @Test("The same message survives while the blank member stays down: without a majority nobody leads")
    func kept() {
        var world = endangered()
        _ = rules.apply(.notices(1), to: &world)
        #expect(world.nodes[1].process == .paused)
        #expect(!rules.canLead(1, world))
    }

    @Test("Messages that failures alone destroyed, on a majority of the disks, are told apart from what Warren did")
    func failuresAlone() {
        var world = endangered()
        rules.apply(.diskBlanked(0), to: &world)
        world.replicas = [1]
        #expect(rules.canLead(1, world))
        world.destroyed = [1]
        #expect(rules.apply(.elects(1), to: &world) == nil)
        #expect(world.hasLostByFailures)
    }

    @Test("Forgetting a member that has data is called what it is")
    func forgettingData() {
        var world = rules.formed(failures: 3)
        rules.apply(.killBroker(2), to: &world)
        for place in 0...1 { _ = rules.apply(.notices(place), to: &world) }
        #expect(rules.forget(2, by: 0, &world) == .unacknowledged("mq3, which has data, is forgotten"))
    }

    @Test("A member that only another running member reaches is not forgotten")
    func reachedByAnother() {
        var world = rules.formed(failures: 3)
        world.cuts = World.link(0, 1)
        (world.nodes[0].view, world.nodes[2].view) = ([0, 2], [0, 2])
        #expect(rules.forget(1, by: 0, &world) == nil)
        #expect(world.nodes[0].members == rules.all)
    }

    @Test("A blank node that joins is no replica any more of a queue that goes on without it")
    func leftReplica() {
        var world = rules.formed(failures: 3)
        world.nodes[2].wipe()
        (world.nodes[2].process, world.nodes[2].disk, world.nodes[2].members) = (.running, .data, [2])
        world.nodes[2].view = [2]
        for place in 0...1 { (world.nodes[place].members, world.nodes[place].view) = ([0, 1], [0, 1]) }
        world.agents[2].intent = .join(seed: 0)
        #expect(rules.act(2, &world, Decider(rules)) == nil)
        #expect(world.nodes[2].members == rules.all)
        #expect(world.replicas == [0, 1])
    }

    @Test("After all lost power nobody boots alone, and all boot together")
    func wholePowerLoss() {
        var world = rules.formed(failures: 3)
        rules.apply(.powerLostEverywhere, to: &world)
        for place in 0...1 {
            rules.apply(.powerBack(place), to: &world)
            rules.boot(place, &world)
        }
        #expect(rules.bootSource(0, world) == nil)
        rules.apply(.powerBack(2), to: &world)
        rules.boot(2, &world)
        #expect(rules.bootSource(0, world) == .itself)
        rules.finishBoot(0, &world)
        #expect(rules.bootSource(1, world) == .peer(0))
    }

    @Test("A counterexample reads as numbered steps with what is wrong at the end")
    func text() {
        let finding = Finding(
            violation: .lostConfirmed(1, leader: 1), steps: [.fails(.diskBlanked(2)), .acts(2), .happens(.elects(1))])
        #expect(
            rules.text(of: finding) == """
                1. failure: the broker's disk of mq3 comes back blank
                2. the agent of mq3 does what it decided
                3. mq2 is elected leader of the queue
                => 1 confirmed message(s) of the quorum queue lost: mq2 leads without
                """)
    }
}
