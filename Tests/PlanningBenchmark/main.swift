import ClusterModel
import Glibc
import Planning
import ResourceKinds

// Times the planner alone: warren-bench COUNT… prints a line for each count of objects: the count, milliseconds
// without drift, milliseconds with 1 % drift, and the most memory in MB that the process had.

func fail(_ message: String, code: Int32) -> Never {
    print(message)
    exit(code)
}

func resources(_ count: Int, changedEach: Int?) -> [Resource] {
    (0..<count).map { number in
        let isChanged = changedEach.map { number % $0 == 0 } ?? false
        return Resource(
            ResourceID("policy", vhost: "v\(number % 50)", name: "p\(number)"),
            [
                "pattern": .string("^queue-\(number)$"), "applyTo": "queues", "priority": 1,
                "definition": ["max-length": .integer(isChanged ? 7 : 100)],
            ])
    }
}

func input(_ count: Int, changedEach: Int?) -> PlanningInput {
    var readings = Dictionary(uniqueKeysWithValues: ResourceKinds.all.map { ($0.kind, Reading.known([:])) })
    let observed = resources(count, changedEach: changedEach)
    readings["policy"] = .known(Dictionary(uniqueKeysWithValues: observed.map { ($0.id, $0) }))
    let node = "rabbit@localhost"
    let view = ClusterView(version: BrokerVersion(3, 10, 8), clusterName: "bench", members: [node], runningMembers: [node])
    return PlanningInput(
        desired: resources(count, changedEach: nil),
        observation: Observation(readings: readings, cluster: .known(view), readAt: Timestamp(milliseconds: 0)),
        members: [node])
}

func milliseconds(of input: PlanningInput, expecting actions: Int) -> Int {
    let begun = ContinuousClock.now
    let plan = Planner.plan(input)
    let taken = begun.duration(to: .now)
    guard plan.actions.count == actions else {
        fail("the plan has \(plan.actions.count) actions and not \(actions)", code: 1)
    }
    return Int(taken.components.seconds * 1000 + taken.components.attoseconds / 1_000_000_000_000_000)
}

func median(_ count: Int, changedEach: Int?, actions: Int) -> Int {
    let input = input(count, changedEach: changedEach)
    return (0..<5).map { _ in milliseconds(of: input, expecting: actions) }.sorted()[2]
}

for argument in CommandLine.arguments.dropFirst() {
    guard let count = Int(argument), count > 0 else {
        fail("\(argument) is no count", code: 64)
    }
    let equal = median(count, changedEach: nil, actions: 0)
    let drifted = median(count, changedEach: 100, actions: (count + 99) / 100)
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    print(count, equal, drifted, usage.ru_maxrss / 1024)
}
