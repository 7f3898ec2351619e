import ClusterModel
import Foundation
import HostAccess
import Rendering
import TestSupport
import Testing

/// A real HAProxy with rendered files, in front of servers that behave as brokers and agents do.
@Suite("A running HAProxy", .serialized)
struct LiveHAProxyTests {
    private typealias Listener = ProxySettings.Listener
    private let port: Int
    private let backend: Int
    private let other: Int

    init() throws {
        port = try #require(LocalPort.anyFree())
        backend = try #require(LocalPort.anyFree())
        other = try #require(LocalPort.anyFree())
    }

    @Test("lets nobody see its page but who knows the password, whatever is in that")
    func statsPassword() async throws {
        let stats = ProxySettings.Stats(port: other, path: "/stats", user: "admin")
        let listener = Listener(name: "amqp", port: port, backendPort: backend)
        try await LiveHAProxy.with([listener], stats: stats, password: ProxyCase.hostilePassword) { _ in
            #expect(page(user: "admin", ProxyCase.hostilePassword).contains(" 200 "))
            #expect(page(user: "admin", ProxyCase.hostilePassword + "x").contains(" 401 "))
            #expect(page(user: "other", ProxyCase.hostilePassword).contains(" 401 "))
            #expect(page(user: nil, "").contains(" 401 "))
        }
    }

    private func page(user: String?, _ password: String) -> String {
        let credentials = Data("\(user ?? ""):\(password)".utf8).base64EncodedString()
        let header = user == nil ? "" : "Authorization: Basic \(credentials)\r\n"
        let answer = LocalPort.ask(other, Array("GET /stats HTTP/1.0\r\n\(header)\r\n".utf8)) ?? []
        return String(String(decoding: answer, as: UTF8.self).prefix { $0 != "\r\n" })
    }

    @Test("finds a frozen broker with the check amqp, which the check tcp does not")
    func frozenBroker() async throws {
        let first = try TinyServer("127.0.0.2", backend, .amqp("mq1"))
        let second = try TinyServer("127.0.0.3", backend, .silent)
        let listeners = [
            Listener(name: "amqp", port: port, backendPort: backend, check: .amqp),
            Listener(name: "plain", port: other, backendPort: backend, check: .tcp),
        ]
        try await LiveHAProxy.with(listeners) { proxy in
            #expect(await proxy.becomes("amqp", ["UP", "DOWN"]))
            #expect(proxy.states("plain") == ["UP", "UP"])
            #expect(answer(on: port) == "mq1")
            second.become(.amqp("mq2"))
            #expect(await proxy.becomes("amqp", ["UP", "UP"]))
            first.stop()
            #expect(await proxy.becomes("amqp", ["DOWN", "UP"]))
            #expect(answer(on: port) == "mq2")
        }
        second.stop()
    }

    @Test("finds a management interface that fails, and takes one that asks for a password as well")
    func managementInterface() async throws {
        let first = try TinyServer("127.0.0.2", backend, .http(401))
        let second = try TinyServer("127.0.0.3", backend, .http(503))
        try await LiveHAProxy.with([Listener(name: "m", port: port, backendPort: backend, check: .http)]) { proxy in
            #expect(await proxy.becomes("m", ["UP", "DOWN"]))
            second.become(.http(200))
            #expect(await proxy.becomes("m", ["UP", "UP"]))
        }
        first.stop()
        second.stop()
    }

    @Test("does what a member's agent says, and goes by the handshake alone while the agent is dead")
    func agentCheck() async throws {
        let brokers = try LiveHAProxy.addresses.map { try TinyServer($0, backend, .amqp($0)) }
        let agent = try TinyServer("127.0.0.2", other, .agent("up"))
        let listener = Listener(name: "amqp", port: port, backendPort: backend, check: .agent)
        try await LiveHAProxy.with([listener], agentCheckPort: other) { proxy in
            #expect(await proxy.becomes("amqp", ["UP", "UP"]))
            for (word, state) in [
                ("drain", "DRAIN (agent)"), ("ready", "UP"), ("maint", "MAINT"), ("up ready", "UP"),
                ("down", "DOWN (agent)"), ("up", "UP"),
            ] {
                agent.become(.agent(word))
                #expect(await proxy.becomes("amqp", [state, "UP"]), "\(word): \(proxy.states("amqp"))")
            }
            agent.become(.agent("drain"))
            #expect(await proxy.becomes("amqp", ["DRAIN (agent)", "UP"]))
            agent.stop()
            try await Task.sleep(for: .seconds(2.5))
            #expect(proxy.states("amqp") == ["DRAIN (agent)", "UP"])
        }
        for broker in brokers { broker.stop() }
    }

    @Test("keeps a person's drain while an agent says up, and forgets it when the agent says ready")
    func agentAndPerson() async throws {
        let brokers = try LiveHAProxy.addresses.map { try TinyServer($0, backend, .amqp($0)) }
        let agent = try TinyServer("127.0.0.2", other, .agent("up 100%"))
        let listener = Listener(name: "amqp", port: port, backendPort: backend, check: .agent)
        try await LiveHAProxy.with([listener], agentCheckPort: other) { proxy in
            #expect(await proxy.becomes("amqp", ["UP", "UP"]))
            proxy.ask("set server amqp/mq1 state drain")
            // A weight of nothing takes no new connection either, and goes away by itself with the next answer.
            for (word, weight) in [("up 0%", "0"), ("up 100%", "1")] {
                agent.become(.agent(word))
                #expect(
                    await eventually { proxy.ask("get weight amqp/mq1").hasPrefix("\(weight) ") },
                    "\(word): \(proxy.ask("get weight amqp/mq1"))")
                #expect(proxy.states("amqp")[0].hasPrefix("DRAIN"))
            }
            agent.become(.agent("ready"))
            #expect(await proxy.becomes("amqp", ["UP", "UP"]))
        }
        agent.stop()
        for broker in brokers { broker.stop() }
    }

    @Test("brings everybody back to the first broker as soon as that is well again")
    func failBack() async throws {
        var first = try TinyServer("127.0.0.2", backend, .amqp("mq1", staysOpen: true))
        let second = try TinyServer("127.0.0.3", backend, .amqp("mq2", staysOpen: true))
        let listener = Listener(
            name: "amqp", port: port, backendPort: backend, pattern: .activeStandby, check: .amqp)
        try await LiveHAProxy.with([listener]) { proxy in
            #expect(await proxy.becomes("amqp", ["UP", "UP"]))
            let onFirst = try OpenConnection(port)
            #expect(onFirst.server == "mq1")
            first.stop()
            #expect(await proxy.becomes("amqp", ["DOWN", "UP"]))
            #expect(await eventually { onFirst.isClosed })
            let onSecond = try OpenConnection(port)
            #expect(onSecond.server == "mq2")
            #expect(!onSecond.isClosed)
            first = try TinyServer("127.0.0.2", backend, .amqp("mq1", staysOpen: true))
            #expect(await proxy.becomes("amqp", ["UP", "UP"]))
            #expect(await eventually { onSecond.isClosed })
            #expect(try OpenConnection(port).server == "mq1")
        }
        first.stop()
        second.stop()
    }

    @Test("sends clients to a standby of another cluster while no broker of its own lives, and back")
    func standby() async throws {
        var own = try LiveHAProxy.addresses.map { try TinyServer($0, backend, .amqp("own")) }
        let standby = try TinyServer("127.0.0.4", other, .amqp("standby"))
        let listener = Listener(
            name: "amqp", port: port, backendPort: backend, pattern: .activeStandby, check: .amqp,
            standby: [.init(name: "standby", address: "127.0.0.4", port: other)])
        try await LiveHAProxy.with([listener]) { proxy in
            #expect(await proxy.becomes("amqp", ["UP", "UP", "UP"]))
            #expect(answer(on: port) == "own")
            for server in own { server.stop() }
            #expect(await proxy.becomes("amqp", ["DOWN", "DOWN", "UP"]))
            #expect(answer(on: port) == "standby")
            own = try LiveHAProxy.addresses.map { try TinyServer($0, backend, .amqp("own")) }
            #expect(await proxy.becomes("amqp", ["UP", "UP", "UP"]))
            #expect(answer(on: port) == "own")
        }
        for server in own + [standby] { server.stop() }
    }

    @Test("still drains over a reload what was drained before, and weighs it the same")
    func stateSurvives() async throws {
        let brokers = try LiveHAProxy.addresses.map { try TinyServer($0, backend, .amqp($0)) }
        let listener = Listener(name: "amqp", port: port, backendPort: backend, check: .amqp)
        try await LiveHAProxy.with([listener]) { proxy in
            #expect(await proxy.becomes("amqp", ["UP", "UP"]))
            proxy.ask("set server amqp/mq1 state drain")
            proxy.ask("set server amqp/mq2 weight 0%")
            try await proxy.reload()
            #expect(proxy.states("amqp") == ["DRAIN", "UP"])
            #expect(proxy.ask("get weight amqp/mq2").hasPrefix("0 "))
        }
        for broker in brokers { broker.stop() }
    }

    @Test("goes to a new port after a reload, although its own state remembers the old one")
    func newPort() async throws {
        let old = try LiveHAProxy.addresses.map { try TinyServer($0, backend, .amqp("old")) }
        let new = try LiveHAProxy.addresses.map { try TinyServer($0, other, .amqp("new")) }
        var listener = Listener(name: "amqp", port: port, backendPort: backend, check: .amqp)
        try await LiveHAProxy.with([listener]) { proxy in
            #expect(answer(on: port) == "old")
            listener.backendPort = other
            try await proxy.reload([listener])
            #expect(await eventually { answer(on: port) == "new" })
        }
        for server in old + new { server.stop() }
    }

    @Test("takes nothing from an answer in a form that it does not know")
    func unknownState() {
        let manifest = ClusterManifest(
            name: "x", spec: Located(.object([]), at: SourcePosition(file: "", line: 1, column: 1)))
        for answer in ["", "2\n# be_id\n1\n", "1\nbe_id\n", "Unknown command\n"] {
            #expect(
                HAProxyServerState.text(from: answer, for: ProxySettings(listeners: []), of: manifest)
                    == HAProxyServerState.empty)
        }
    }

    private func answer(on port: Int) -> String? {
        LocalPort.ask(port, Array("AMQP\u{0}\u{0}\u{9}\u{1}".utf8)).map {
            String(decoding: $0.dropFirst(11), as: UTF8.self)
        }
    }
}
