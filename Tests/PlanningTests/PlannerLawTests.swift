import ClusterModel
import ResourceKinds
import Testing

@testable import Planning

@Suite("The planner's laws, in every small world")
struct PlannerLawTests {
    @Test("The same input gives the same plan, byte for byte")
    func deterministic() {
        for states in Worlds.all {
            let input = Worlds.input(states)
            #expect(Planner.plan(input).text == Planner.plan(input).text)
        }
    }

    @Test("Applying the plan converges: what is planned next is nothing")
    func converges() {
        for states in Worlds.all {
            var world = Simulator(input: Worlds.input(states))
            let plan = Planner.plan(world.input)
            plan.actions.forEach { world.carryOut($0) }
            let next = Planner.plan(world.input)
            #expect(next.steps.isEmpty, "\(states)")
            #expect(next.openDrift.count == next.blocked.count, "\(states)")
        }
    }

    @Test("After any prefix of the plan, the new plan is the remaining tail")
    func everyInterruption() {
        for states in Worlds.all {
            let plan = Planner.plan(Worlds.input(states))
            for count in 0...plan.actions.count {
                var world = Simulator(input: Worlds.input(states))
                plan.actions.prefix(count).forEach { world.carryOut($0) }
                let tail = Planner.plan(world.input).actions.map { "\($0.verb) \($0.resource)" }
                #expect(tail == plan.actions.dropFirst(count).map { "\($0.verb) \($0.resource)" }, "\(states) \(count)")
            }
        }
    }

    @Test("A kind that could not be read adds no action, whatever it was before")
    func unknownAddsNothing() {
        for states in Worlds.all {
            let known = Set(Planner.plan(Worlds.input(states)).actions.map(\.resource))
            for id in Worlds.ids {
                var input = Worlds.input(states)
                input.observation.readings[id.kind] = .unknown("no answer")
                let plan = Planner.plan(input)
                #expect(Set(plan.actions.map(\.resource)).isSubset(of: known))
                #expect(!plan.actions.contains { $0.resource.kind == id.kind })
                #expect(plan.unknown[id.kind] == "no answer")
            }
        }
    }

    @Test("An unknown cluster, a partition or a lost majority blocks every action and names the guard")
    func majority() {
        let split = ClusterView(
            version: BrokerVersion(4, 0, 5), clusterName: "c", members: ["rabbit@a"], runningMembers: ["rabbit@a"],
            partitions: ["rabbit@a": ["rabbit@b"]])
        let alone = ClusterView(
            version: BrokerVersion(4, 0, 5), clusterName: "c", members: ["rabbit@z"], runningMembers: ["rabbit@z"])
        for reading in [.unknown("down"), .known(split), .known(alone)] as [Observation.ClusterReading] {
            for states in Worlds.all {
                let plan = Planner.plan(Worlds.input(states, cluster: reading))
                #expect(plan.steps.isEmpty)
                #expect(plan.blocked.allSatisfy { $0.guard == .majority && !$0.reason.isEmpty })
            }
        }
    }

    @Test("Without drift there is nothing in the plan")
    func equalIsEmpty() {
        let plan = Planner.plan(Worlds.input([.equal, .equal, .equal, .equal]))
        #expect(plan.drift.isEmpty && plan.steps.isEmpty && plan.blocked.isEmpty && plan.stalled.isEmpty)
    }

    @Test("With spec.mode observe everything is reported and nothing is done")
    func observeOnly() {
        for states in Worlds.all {
            var input = Worlds.input(states)
            input.mode = .observe
            let plan = Planner.plan(input)
            #expect(plan.steps.isEmpty)
            #expect(plan.drift.map(\.resource) == Planner.plan(Worlds.input(states)).drift.map(\.resource))
        }
    }
}
