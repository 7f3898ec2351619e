import ClusterModel
import ResourceKinds
import Testing

@testable import Planning

@Suite("Federation links and shovels")
struct LinkTests {
    private static let upstream = ResourceID("upstream", vhost: "v", name: "berlin")
    private static let shovel = ResourceID("shovel", vhost: "v", name: "move")
    private static let start = Timestamp(milliseconds: 1_000_000_000)
    private static let federation = ResourceID("link", vhost: "v", name: "exchange/events/berlin")
    private static let moving = ResourceID("link", vhost: "v", name: "shovel/move")

    private static func link(_ state: Link.State, node: String = "rabbit@mq1", error: String? = nil) -> Link {
        Link(
            .exchange, vhost: "v", name: "events", upstream: "berlin", upstreamName: "events", state: state,
            error: error, node: node, handle: "abcd")
    }

    /// What a run plans, so many seconds after the link was first seen down.
    private static func input(
        _ links: [Link], after seconds: Double = 31, restarts: Int = 0, justNow: Bool = false
    ) -> PlanningInput {
        var input = Worlds.input([.equal, .equal, .equal, .equal])
        let definitions: [Resource] = [
            Resource(upstream, ["uri": "amqp://u:p@h", "definition": [:]]),
            Resource(
                shovel, ["sourceUri": "amqp://", "destinationUri": "amqp://", "definition": ["src-queue": "a"]]),
        ]
        input.desired.removeAll { $0.id == Worlds.shovel }
        input.desired += definitions
        for resource in definitions { input.observation.readings[resource.id.kind] = .known([resource.id: resource]) }
        let running = Link(.shovel, vhost: "v", name: "move", state: .running, node: "rabbit@mq1")
        input.observation.readings["link"] = LinkKind.reading(
            links + [running], shovels: input.observation.readings["shovel"])
        input.observation.readAt = Timestamp(milliseconds: start.milliseconds + Int64(seconds * 1000))
        let past = LinkPast(since: start, restarts: restarts, wasJustRestarted: justNow)
        input.observation.links = [federation: past, moving: past]
        return input
    }

    private static func condition(_ input: PlanningInput) -> Condition {
        Conditions.linksRunning(
            LinkKind.links(in: input.observation, of: input.desired), in: input.observation)
    }

    @Test("What runs is no drift, and the condition says how many run")
    func running() {
        let input = Self.input([Self.link(.running)])
        #expect(Planner.plan(input).drift.filter { $0.resource.kind == "link" } == [])
        #expect(Self.condition(input).status == .true)
        #expect(Self.condition(input).message == "all 2 links and shovels run")
    }

    @Test("What does not run has its time, then it is drift with its error, and is started anew under the lead's guard")
    func down() throws {
        let link = Self.link(.down, error: "econnrefused")
        let early = Self.input([link], after: 29)
        #expect(Planner.plan(early).actions.isEmpty)
        #expect(Self.condition(early).status == .false)
        #expect(Self.condition(early).message.hasPrefix("link v/exchange/events/berlin is down since 1970"))
        #expect(Self.condition(early).message.hasSuffix(": econnrefused"))

        let plan = Planner.plan(Self.input([link]))
        let drift = try #require(plan.drift.first { $0.resource == Self.federation })
        #expect(drift.changes.map(\.field) == ["state", "error"])
        let action = try #require(plan.actions.first)
        #expect(plan.actions.count == 1 && action.resource == Self.federation)
        #expect(action.scope == .cluster && action.guards == [.majority])
        guard case .restart(let call) = action.change else { throw TestProblem("\(action.change)") }
        #expect(call.arguments == ["rabbit@mq1", "abcd"])
    }

    @Test("One that was started anew just now is waited for, and three times an hour are enough")
    func budget() {
        let link = Self.link(.down)
        let waiting = Planner.plan(Self.input([link], restarts: 1, justNow: true))
        #expect(waiting.actions.isEmpty && waiting.blocked.map(\.guard.name) == ["settling"])
        #expect(Planner.plan(Self.input([link], restarts: 2)).actions.count == 1)
        let spent = Planner.plan(Self.input([link], restarts: 3))
        #expect(spent.actions.isEmpty && spent.blocked.map(\.guard.name) == ["budget"])
    }

    @Test("Of what several nodes report of one link, that which runs counts")
    func stale() {
        let links = [Self.link(.down, node: "rabbit@mq1"), Self.link(.running, node: "rabbit@mq2")]
        for reports in [links, links.reversed()] {
            #expect(Self.condition(Self.input(reports)).status == .true)
        }
    }

    @Test("A shovel that the broker has and no node runs is started, on the node that is asked")
    func absent() throws {
        var input = Self.input([Self.link(.running)])
        input.observation.readings["link"] = LinkKind.reading([], shovels: input.observation.readings["shovel"])
        let action = try #require(Planner.plan(input).actions.first)
        #expect(action.resource == Self.moving)
        guard case .restart(let call) = action.change else { throw TestProblem("\(action.change)") }
        #expect(call.arguments == ["", "v", "move"])
    }

    @Test("A link of an upstream that the manifest does not name is nobody's business")
    func strangers() {
        let stranger = Link(
            .queue, vhost: "v", name: "q", upstream: "rome", state: .down, node: "rabbit@mq1", handle: "1")
        let input = Self.input([Self.link(.running), stranger])
        #expect(Planner.plan(input).drift.filter { $0.resource.kind == "link" } == [])
        #expect(Self.condition(input).status == .true)
    }

    @Test("Links that could not be read are unknown, and nothing is done about them")
    func unread() {
        var input = Self.input([Self.link(.down)])
        input.observation.readings["link"] = .unknown("rabbit@mq2 is silent")
        #expect(Planner.plan(input).actions.isEmpty)
        #expect(Self.condition(input).status == .unknown)
    }

    @Test("A name that a hostile broker gives can't leave the text that it is in")
    func hostile() throws {
        let name = "x\">>, halt()). %"
        let link = Link(
            .exchange, vhost: "v", name: name, upstream: "berlin", state: .down, error: "\u{1B}[31m", node: "n",
            handle: name)
        let id = LinkKind.id(link)
        var input = Self.input([Self.link(.running), link])
        input.observation.links[id] = LinkPast(since: Self.start)
        let action = try #require(Planner.plan(input).actions.first)
        guard case .restart(let call) = action.change else { throw TestProblem("\(action.change)") }
        #expect(call.arguments == ["n", name] && !call.expression.contains("halt"))
    }

    @Test("An event names its link, and only one that comes up or goes down is news")
    func events() throws {
        var line: [String: JSONValue] = [
            "event": "federation.link.status", "type": "exchange", "exchange": "events", "upstream_exchange": "events",
            "vhost": "v", "upstream": "berlin", "status": "running",
        ]
        let up = try #require(BrokerEvent(.object(line)))
        #expect(up.resource == Self.federation && up.state == "running" && !up.isNoise)
        line["status"] = "starting"
        #expect(BrokerEvent(.object(line))?.isNoise == true)
        let shovel: JSONValue = ["event": "shovel.worker.removed", "name": "move", "vhost": "v"]
        #expect(BrokerEvent(shovel)?.resource == Self.moving && BrokerEvent(shovel)?.state == "removed")
        let `static`: JSONValue = ["event": "shovel.worker.status", "name": "configured", "status": "terminated"]
        #expect(BrokerEvent(`static`)?.isNoise == true)
    }

    @Test("A shovel with an end is begun once, until its definition is another one")
    func errand() throws {
        var input = Self.input([Self.link(.running)])
        func declare(_ end: JSONValue) {
            let fields: [String: JSONValue] = [
                "sourceUri": "amqp://", "destinationUri": "amqp://",
                "definition": ["src-queue": "a", "src-delete-after": end],
            ]
            input.desired.removeAll { $0.id == Self.shovel }
            input.desired.append(Resource(Self.shovel, fields))
        }
        declare("queue-length")
        input.observation.readings["shovel"] = .known([:])
        input.observation.readings["link"] = LinkKind.reading([Self.link(.running)], shovels: .known([:]))
        input.observation.readings["global-parameter"] = .known([:])
        let action = try #require(Planner.plan(input).actions.first)
        guard case .merge(let entries) = action.change else { throw TestProblem("\(action.change)") }
        #expect(entries.map(\.section) == [.parameters, .errands])
        let mark = ResourceID("global-parameter", name: GlobalParameterKind.errands)
        let name = try #require(entries[1].value["name"]?.string)
        let begun = JSONValue.object([name: entries[1].value["fingerprint"] ?? .null])
        input.observation.readings["global-parameter"] = .known([mark: Resource(mark, ["value": begun])])
        #expect(Planner.plan(input).drift.filter { $0.isOpen } == [])
        declare(5)
        #expect(Planner.plan(input).actions.map(\.resource) == [Self.shovel])
        declare("never")
        #expect(Planner.plan(input).actions.map(\.resource) == [Self.shovel])
    }
}

private struct TestProblem: Error {
    let text: String
    init(_ text: String) { self.text = text }
}
