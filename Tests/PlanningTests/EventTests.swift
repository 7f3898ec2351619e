import ClusterModel
import ResourceKinds
import Testing

@testable import Planning

/// When what was heard makes somebody look, and whom it names.
@Suite("Events")
struct EventTests {
    private static let policy = ResourceID("policy", vhost: "orders", name: "ha-all")

    private static func time(_ seconds: Double) -> Timestamp { Timestamp(milliseconds: Int64(seconds * 1000)) }

    @Test("A single change is due within milliseconds, and only once")
    func single() {
        var pace = EventPace()
        #expect(pace.due == nil)
        pace.heard(at: 10)
        #expect(pace.due == 10 + EventPace.settle)
        let taken = [10, 10.02, 11].map { pace.take(at: $0) }
        #expect(taken == [false, true, false])
        #expect(pace.due == nil)
    }

    @Test("A storm of 10,000 events over ten seconds makes at most five runs, and the last one comes after its end")
    func storm() {
        var pace = EventPace()
        var runs: [Double] = []
        for event in 0..<10_000 {
            let now = Double(event) / 1000
            if pace.take(at: now) { runs.append(now) }
            pace.heard(at: now)
        }
        let end = pace.due ?? 0
        let isTaken = pace.take(at: end)
        #expect(isTaken)
        #expect(runs.count <= 4)
        #expect(end > 9.999 && end < 9.999 + EventPace.storm.settle + 0.01)
    }

    @Test("Changes that never cease make a bounded number of runs a minute")
    func trickle() {
        var pace = EventPace()
        var runs = 0
        for event in 0..<6000 {
            let now = Double(event) / 10
            if pace.take(at: now) { runs += 1 }
            pace.heard(at: now)
        }
        #expect(Double(runs) <= EventPace.allowance + 600 / EventPace.interval + 1)
    }

    @Test("What ends by itself is started again with growing pauses, that begin anew after a good while")
    func backoff() {
        var backoff = Backoff()
        let pauses = (0..<9).map { _ in backoff.pause(after: 1) } + [60, 0].map { backoff.pause(after: $0) }
        #expect(pauses == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 0.5, 1])
    }

    @Test("A drift gets its author where resource and time match, and an event names one drift only")
    func author() {
        var memory = Attribution()
        let none1 = memory.authors(of: [], open: [:], readings: ["policy"], at: Self.time(100))
        #expect(none1.isEmpty)
        memory.heard(Self.policy, by: Author("alice", at: Self.time(101)), at: Self.time(101))
        let other = ResourceID("policy", vhost: "orders", name: "other")
        let first = memory.authors(of: [Self.policy, other], open: [:], readings: ["policy"], at: Self.time(101.5))
        #expect(first == [Self.policy: Author("alice", at: Self.time(101))])
        let none2 = memory.authors(of: [Self.policy], open: [:], readings: ["policy"], at: Self.time(102))
        #expect(none2.isEmpty)
    }

    @Test("An event from before the last reading names nobody, and one a little late still does")
    func late() {
        var memory = Attribution()
        memory.heard(Self.policy, by: Author("alice"), at: Self.time(90))
        _ = memory.authors(of: [], open: [:], readings: ["policy"], at: Self.time(100))
        let none3 = memory.authors(of: [Self.policy], open: [:], readings: ["policy"], at: Self.time(101))
        #expect(none3.isEmpty)
        memory.heard(Self.policy, by: Author("bob"), at: Self.time(102))
        let found = memory.authors(
            of: [Self.policy], open: [Self.policy: Self.time(101)], readings: ["policy"], at: Self.time(102.1))
        #expect(found == [Self.policy: Author("bob")])
    }

    @Test("A line that comes after the run that put its change back names the drift that closed, once")
    func afterwards() {
        var memory = Attribution()
        _ = memory.authors(of: [Self.policy], open: [:], readings: ["policy"], at: Self.time(100))
        memory.heard(Self.policy, by: Author("carol"), at: Self.time(100.4))
        let long = memory.lateAuthors(of: [Self.policy: Self.time(50)])
        #expect(long.isEmpty)
        let found = memory.lateAuthors(of: [Self.policy: Self.time(100)])
        #expect(found == [Self.policy: Author("carol")])
        let again = memory.lateAuthors(of: [Self.policy: Self.time(100)])
        #expect(again.isEmpty)
    }

    @Test("A drift that was there before the event keeps its author, or none")
    func before() {
        var memory = Attribution()
        _ = memory.authors(of: [], open: [:], readings: ["policy"], at: Self.time(100))
        memory.heard(Self.policy, by: Author("bob"), at: Self.time(150))
        let open = [Self.policy: Self.time(101)]
        let none4 = memory.authors(of: [Self.policy], open: open, readings: ["policy"], at: Self.time(151))
        #expect(none4.isEmpty)
    }

    @Test("Whoever deletes a vhost or an account is named for what went with it")
    func holders() {
        var memory = Attribution()
        memory.heard(VhostKind.id("orders"), by: Author("alice"), at: Self.time(1))
        memory.heard(UserKind.id("app"), by: Author("bob"), at: Self.time(1))
        let permission = ResourceID("permission", vhost: "sales", name: "app")
        let found = memory.authors(
            of: [Self.policy, permission], open: [:], readings: ["policy", "permission"], at: Self.time(2))
        #expect(found == [Self.policy: Author("alice"), permission: Author("bob")])
    }

    @Test("What many thousands of changes leave behind is bounded")
    func bounded() {
        var memory = Attribution()
        for number in 0..<(Attribution.limit + 10) {
            memory.heard(ResourceID("policy", vhost: "v", name: "\(number)"), by: Author("a"), at: Self.time(1))
        }
        let last = ResourceID("policy", vhost: "v", name: "\(Attribution.limit + 5)")
        let none5 = memory.authors(of: [last], open: [:], readings: ["policy"], at: Self.time(2))
        #expect(none5.isEmpty)
    }

    @Test("Warren's own events matter only while it does nothing, and an application's queues never")
    func relevance() {
        func event(_ name: String, _ id: ResourceID?, by user: String?) -> BrokerEvent {
            BrokerEvent(name, id, by: user, at: nil)
        }
        let own = event("policy.set", Self.policy, by: "warren")
        #expect(!Relevance.matters(own, declared: [], isWorking: true))
        #expect(Relevance.matters(own, declared: [], isWorking: false))
        let queue = ResourceID("queue", vhost: "orders", name: "q")
        #expect(!Relevance.matters(event("queue.created", queue, by: "app"), declared: [], isWorking: false))
        #expect(Relevance.matters(event("queue.deleted", queue, by: "app"), declared: [queue], isWorking: true))
        #expect(Relevance.matters(event("node.added", nil, by: nil), declared: [], isWorking: false))
    }
}

/// Two who do not know of each other.
@Suite("Contests")
struct ContestTests {
    private static let policy = ResourceID("policy", vhost: "orders", name: "ha-all")

    private static func repairs(_ times: [(Double, String?)], revision: String? = "r") -> [Repair] {
        times.map { time, author in
            Repair(policy, at: Timestamp(milliseconds: Int64(time * 1000)), author: author, revision: revision)
        }
    }

    private static func contest(_ repairs: [Repair]) -> Contest? { Contest.all(repairs)[policy] }

    @Test("Three repairs within minutes are a contest that names all authors")
    func three() throws {
        let two = Self.repairs([(0, "bob"), (10, "alice")])
        #expect(Self.contest(two) == nil)
        let found = try #require(Self.contest(two + Self.repairs([(20, "bob")])))
        #expect(found.repairs == 3 && found.authors == ["alice", "bob"])
        #expect(found.heldUntil == Timestamp(milliseconds: 50_000))
        let refusal = try #require(found.refusal(at: Timestamp(milliseconds: 49_999)))
        #expect(refusal.guard.name == "contested" && refusal.reason.contains("alice and bob"))
        #expect(found.refusal(at: found.heldUntil) == nil)
    }

    @Test("The pause doubles with each further repair and is bounded")
    func growing() throws {
        var all = Self.repairs([(0, "a"), (1, "b")])
        var holds: [Double] = []
        for _ in 0..<8 {
            let last = try #require(all.last).at
            let next = Self.contest(all)?.heldUntil ?? last
            all.append(Repair(Self.policy, at: next, author: "a", revision: "r"))
            let found = try #require(Self.contest(all))
            holds.append(found.heldUntil.seconds(since: next))
        }
        #expect(holds == [30, 60, 120, 240, 480, 900, 900, 900])
    }

    @Test("Changes far apart are none, and peace ends one")
    func apart() {
        #expect(Self.contest(Self.repairs([(0, "a"), (301, "a"), (602, "a")])) == nil)
        #expect(Self.contest(Self.repairs([(0, "a"), (1, "a"), (2, "a"), (400, "a")])) == nil)
    }

    @Test("A manifest that changes is no contest, whoever else is not known")
    func manifests() {
        let revisions = ["1", "2", "3", "4"].enumerated().flatMap { index, revision in
            Self.repairs([(Double(index), nil)], revision: revision)
        }
        #expect(Self.contest(revisions) == nil)
        #expect(Self.contest(Self.repairs([(0, nil), (1, nil), (2, nil), (3, nil)]))?.repairs == 3)
    }

    @Test("A contested resource is blocked by its guard until the pause is over, and all others are not")
    func planner() {
        var input = Worlds.input([.absent, .absent, .absent, .absent])
        let now = input.observation.readAt
        let pause = Timestamp(milliseconds: now.milliseconds + 1)
        input.contests = [Worlds.policy: Contest(repairs: 3, authors: ["bob"], since: now, heldUntil: pause)]
        let plan = Planner.plan(input)
        #expect(plan.blocked.map(\.resource) == [Worlds.policy] && plan.blocked[0].guard.name == "contested")
        #expect(!plan.actions.isEmpty)
        input.observation.readAt = pause
        #expect(Planner.plan(input).blocked.isEmpty)
    }
}
