import AgentRuntime
import ClusterModel
import Foundation
import HostAccess
import Providers
import StateStore
import TestSupport
import Testing

@Suite struct SecretTests {
    static let mark = "S3CR3T-MARK-0123456789"

    static func parameter(_ value: JSONValue) -> JSONValue {
        ["vhost": "/", "component": "x", "name": "p", "value": value]
    }

    @Test("A secret that can't be read blocks its own resource; others converge")
    func unreadable() async throws {
        let agent = try Agent()
        try agent.declare(
            """
              users: [{ name: app, password: { fromFile: missing } }, { name: other, password: { fromEnv: NOT_SET } }]
            \(Agent.policies)
            """)
        try agent.importing(["policies": [Agent.policy("one"), Agent.policy("two")]])
        let run = try await agent.apply()
        #expect(run.result == .drifted)
        #expect(run.actions.map(\.action.resource) == [Agent.one, Agent.two])
        let reasons = Dictionary(uniqueKeysWithValues: run.final.plan.blocked.map { ($0.resource.name, $0.reason) })
        let path = agent.tools.scratch.path("missing")
        #expect(reasons["app"]?.hasPrefix("The secret in file \(path) cannot be read: ") == true)
        #expect(
            reasons["other"]
                == "The environment variable NOT_SET, which is to hold a secret, is not set. Set it for the Warren process."
        )
        #expect(run.final.plan.blocked.allSatisfy { $0.guard.name == "secret" })
    }

    @Test("References deep inside a parameter are read for the broker and for nobody else")
    func nested() async throws {
        let agent = try Agent(environment: ["TOKEN": Self.mark + "-env"])
        try agent.tools.scratch.write(Self.mark + "\n", to: "secret", mode: 0o600)
        try agent.declare(
            """
              parameters:
                - { component: x, name: p, vhost: /, value: { a: [1, { b: { fromFile: secret } }], c: { fromEnv: TOKEN }, d: plain } }
            """)
        let resolved: JSONValue = [
            "a": [1, ["b": .string(Self.mark)]], "c": .string(Self.mark + "-env"), "d": "plain",
        ]
        try agent.importing(["parameters": [Self.parameter(resolved)]])
        let planned = try await agent.plan()
        #expect(planned.warnings == [])
        let document = try #require(BrokerCommand(carryingOut: planned.plan.steps[0].actions).redactedDocument)
        #expect(!planned.redactor.redact(document).contains(Self.mark))
        let run = try await agent.apply()
        #expect(run.result == .converged)
        let documents = try agent.tools.documents()
        #expect(documents[0]["parameters"]?.array?.first?["value"] == resolved)
    }

    @Test("A secret that others may read draws a warning, once")
    func readableByAll() async throws {
        let agent = try Agent()
        let path = try agent.tools.scratch.write(Self.mark, to: "secret", mode: 0o644)
        try agent.declare(
            "  users: [{ name: a, password: { fromFile: secret } }, { name: b, password: { fromFile: secret } }]")
        let run = try await agent.plan()
        #expect(
            run.warnings == ["\(path) holds a secret and can be read by every account of this host: chmod o-r \(path)."]
        )
    }

    @Test("Neither the new secret nor the one that the broker still has is in a plan, a sentence or the state file")
    func rotated() async throws {
        let folder = try ScratchDirectory("state")
        let store = try StateStore.open(path: folder.path("state"), access: .readWrite, at: Timestamp(milliseconds: 1))
            .store
        let agent = try Agent(store: store)
        try agent.tools.scratch.write("NEW-" + Self.mark, to: "secret", mode: 0o600)
        try agent.declare(
            """
              parameters:
                - { component: x, name: p, vhost: /, value: { a: [{ fromFile: secret }, 1], b: { c: { fromFile: secret } }, d: shown } }
              federation:
                upstreams: [{ name: u, vhost: /, uri: { fromFile: secret-uri } }]
            """)
        try agent.tools.scratch.write(
            "amqp://app:NEW-\(Self.mark),'x@h:1/v?password=NEW-\(Self.mark)", to: "secret-uri", mode: 0o600)
        let old: JSONValue = .string("OLD-" + Self.mark)
        let upstream: JSONValue = [
            "vhost": "/", "component": "federation-upstream", "name": "u",
            "value": ["uri": .string("amqp://app:OLD-\(Self.mark),'x y@old-host:1/v?password=OLD-\(Self.mark)")],
        ]
        try agent.tools.set(
            "export",
            Agent.export(["parameters": [Self.parameter(["a": [old, 2], "b": old, "d": "other"]), upstream]]))
        try agent.tools.on(
            "import",
            """
            words=$(printf 'refused Validation failed\\n\\n'
                tr -d '\\n' < entries; sed 's/"/\\\\"/g' entries; printf '<<'
                od -An -v -tu1 entries | tr -s ' \\n' ',,' | sed 's/^,//')
            record 0 "$words"; record 1 "$words"; observation
            """)
        let planned = try await agent.plan()
        var shown = String(describing: planned.plan.drift) + String(describing: planned.plan.blocked)
        #expect(shown.contains("shown") && shown.contains("other") && shown.contains("old-host"))
        let run = try await agent.apply()
        #expect(run.actions.count == 2)
        #expect(run.result == .stalled)
        shown += String(describing: run.final.plan.drift) + String(describing: run.final.plan.stalled) + run.sentence
        shown += run.actions.map { "\($0.outcome)" }.joined()
        #expect(!shown.contains(Self.mark))
        #expect(!shown.contains(Self.mark.utf8.map(String.init).joined(separator: ",")))
        try store.close()
        let bytes = String(decoding: try FileContent.read(folder.path("state")), as: UTF8.self)
        #expect(bytes.contains("shown"))
        #expect(!bytes.contains(Self.mark))
    }

    @Test("A tool that repeats what it was given shows no secret of it")
    func script() async throws {
        let agent = try Agent()
        try agent.tools.scratch.write(Self.mark, to: "secret", mode: 0o600)
        try agent.declare(
            "  parameters: [{ component: x, name: p, vhost: /, value: { a: { fromFile: secret } } }]")
        try agent.tools.on(
            "import", "echo 'Error: something of'; sed -n 1p $FILE; echo \"decode(\\\"$carried\\\")\"; exit 70")
        let run = try await agent.apply()
        let words = try #require(run.actions.first?.outcome.message)
        #expect(words.contains("decode(\"***"))
        #expect(!words.contains(Data(Self.mark.utf8).base64EncodedString().prefix(12)))
    }

    @Test("A refusal that is longer than what is kept is not cut through a secret")
    func cutThroughSecret() async throws {
        let agent = try Agent()
        try agent.tools.scratch.write(Self.mark, to: "secret", mode: 0o600)
        try agent.declare(
            "  parameters: [{ component: x, name: p, vhost: /, value: { a: { fromFile: secret } } }]")
        for length in stride(from: 960, through: 1010, by: 1) {
            let text = "refused Validation failed\n\n" + String(repeating: "y", count: length) + Self.mark + " is wrong"
            try agent.tools.scratch.write(text, to: "words")
            try agent.tools.on("import", "record 0 \"$(cat words)\"; observation")
            try agent.store.clearStalls([ResourceID("parameter", vhost: "/", name: "x/p")])
            let run = try await agent.apply()
            let words = try #require(run.actions.first?.outcome.message)
            #expect(!words.contains("S3CR"))
            #expect(words.count <= 1000)
            if length > 970 { break }
        }
    }
}

@Suite struct RedactorTests {
    static let mark = "S3CR3T-MARK-0123456789"

    @Test(
        "A secret is found in each spelling in which a program may repeat it",
        arguments: [
            "plain", "with \"quotes\" and \\", "two\nlines-that-are-long", "zażółć-gęślą", "<<\"x\">>", "a,b'c",
            "tab\there",
        ])
    func spellings(_ tail: String) {
        let secret = Self.mark + tail
        let redactor = Redactor([secret])
        let json = JSONValue.string(secret).description
        for text in [
            secret, json, JSONValue.string(json).description, secret.printable, "x\(secret)\(secret)y",
            "[" + secret.utf8.map(String.init).joined(separator: ",") + "]",
            "[" + secret.utf8.map(String.init).joined(separator: ", ") + "]",
        ] {
            let shown = redactor.redact(text)
            #expect(!shown.contains(Self.mark), "\(text)")
            #expect(!shown.contains("83,51,67") && !shown.contains("83, 51, 67"))
            #expect(shown.contains("***"))
        }
    }

    @Test("The parts of a secret URI are secrets, as they are written and as they are meant")
    func uriParts() {
        let redactor = Redactor(["amqp://app:S3CR3T%2DPASSWORD@h:1/v?password=S3CR3T-QUERY&heartbeat=5"])
        for text in ["S3CR3T%2DPASSWORD", "S3CR3T-PASSWORD", "S3CR3T-QUERY", "user app with S3CR3T-PASSWORD."] {
            #expect(!redactor.redact(text).contains("S3CR3T"))
        }
        #expect(redactor.redact("user app on h:1, heartbeat 5") == "user app on h:1, heartbeat 5")
        let literal = Redactor([], uris: ["amqp://guest:guest@localhost"])
        #expect(literal.redact("user guest at amqp://guest:guest@localhost") == "user guest at amqp://***@localhost")
    }

    @Test("Short secrets do not mask half of every sentence, and no secret masks nothing")
    func short() {
        #expect(Redactor(["a", "the", ""]).redact("all the same") == "all the same")
        #expect(Redactor().redact("all the same") == "all the same")
        #expect(Redactor(["same"]).redact("sam") == "sam")
        #expect(Redactor(["same"]).redact("samesame") == "******")
        #expect(Redactor(["abcd", "abcdef"]).redact("xabcdefx") == "x***x")
    }

    @Test(
        "User information and query of every URI in a text are masked",
        arguments: [
            ("amqp://u:p@h/v?x=1", "amqp://***@h/v?***"), ("see amqp://u:p,q@h, then", "see amqp://***@h, then"),
            ("amqp://u:it's@h", "amqp://***@h"),
            ("[\"amqp://a:b@c\",\"amqp://d:e@f\"]", "[\"amqp://***@c\",\"amqp://***@f\"]"),
            ("amqp://h", "amqp://h"), ("amqp://u:p@q@h", "amqp://***@h"), ("amqp://u:p?q@h", "amqp://***@h"),
            ("no uri", "no uri"),
        ])
    func uris(_ text: String, _ shown: String) {
        #expect(Redaction.maskURIs(text) == shown)
    }

    @Test("A value that is a URI is masked up to its last @, whatever its password holds")
    func wholeValue() {
        #expect(Redaction.redact("amqp://u:p \"q@h?a=b", isSecret: false) == "amqp://***@h?***")
        #expect(Redaction.redact(["amqp://u:p,q@h", "x"], isSecret: false) == ["amqp://***@h", "x"])
        #expect(Redaction.redact("a text with amqp://h and me@x", isSecret: false) == "a text with amqp://h and me@x")
    }
}
