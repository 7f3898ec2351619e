import ClusterModel
import Foundation
import ResourceKinds
import Testing

@testable import Providers

/// The exact command lines and documents: what `plan` prints is what runs.
@Suite struct BrokerCommandTests {
    static func action(_ verb: Action.Verb, _ id: ResourceID, _ change: Change) -> Action {
        Action(verb, id, scope: .cluster, guards: [.majority], reason: "missing", change: change, fingerprint: "f")
    }

    static func policy(_ name: String) -> Action {
        action(
            .create, ResourceID("policy", vhost: "/", name: name),
            .merge([
                DefinitionsEntry(
                    .policies, ["vhost": "/", "name": .string(name), "pattern": "^", "definition": ["max-length": 1]])
            ]))
    }

    /// What the script of an import carries.
    private static func payload(of command: BrokerCommand) throws -> String {
        let carried = try #require(command.script?.carried)
        return String(decoding: try #require(Data(base64Encoded: carried)), as: UTF8.self)
    }

    @Test("Joining and leaving are scripts that run inside the node, and the plan names them as that")
    func membership() throws {
        let member = ResourceID("member", name: "rabbit@mq3")
        let join = BrokerCommand(carryingOut: [
            Self.action(.create, member, .membership(.join(seed: "rabbit@mq1", nodeType: .ram)))
        ])
        #expect(join.commandLine == "rabbitmqctl -q eval_file FILE")
        let joined = try #require(join.redactedDocument)
        #expect(joined.hasPrefix("Join(rabbit@mq1, ram): refuse unless the node is blank"))
        #expect(try #require(join.script?.alone).contains("join(Seed, ram)"))
        let leave = BrokerCommand(carryingOut: [
            Self.action(.delete, member, .membership(.remove(member: "rabbit@mq3")))
        ])
        #expect(leave.commandLine == join.commandLine)
        #expect(try #require(leave.redactedDocument).hasPrefix("Leave(rabbit@mq3): drain"))
        #expect(try #require(leave.script?.alone).contains("Leave(<<\"rabbit@mq3\">>"))
    }

    @Test("An import carries all entries, and shows them without secrets")
    func imports() throws {
        let user: JSONValue = [
            "name": "app", "password_hash": "SECRETHASH", "hashing_algorithm": "rabbit_password_hashing_sha256",
            "tags": [],
        ]
        let upstream: JSONValue = [
            "vhost": "/", "component": "federation-upstream", "name": "u",
            "value": ["uri": ["amqp://app:SECRET@h:1/v?password=SECRET", "amqp://app:SEC,RET'@i"]],
        ]
        let command = BrokerCommand(carryingOut: [
            Self.policy("p"), Self.action(.create, UserKind.id("app"), .merge([DefinitionsEntry(.users, user)])),
            Self.action(
                .create, UpstreamKind.id("/", "u"), .merge([DefinitionsEntry(.parameters, upstream)])),
        ])
        #expect(command.commandLine == "rabbitmqctl -q eval_file FILE")
        #expect(command.arguments(file: "/run/x") == ["-q", "eval_file", "/run/x"])
        #expect(
            try Self.payload(of: command) == """
                [[0,[["policies",{"definition":{"max-length":1},"name":"p","pattern":"^","vhost":"/"}]]],\
                [1,[["users",{"hashing_algorithm":"rabbit_password_hashing_sha256","name":"app",\
                "password_hash":"SECRETHASH","tags":[]}]]],\
                [2,[["parameters",{"component":"federation-upstream","name":"u","value":{"uri":\
                ["amqp://app:SECRET@h:1/v?password=SECRET","amqp://app:SEC,RET'@i"]},"vhost":"/"}]]]]
                """)
        #expect(
            command.redactedDocument == """
                {"parameters":[{"component":"federation-upstream","name":"u","value":{"uri":\
                ["amqp://***@h:1/v?***","amqp://***@i"]},"vhost":"/"}],\
                "policies":[{"definition":{"max-length":1},"name":"p","pattern":"^","vhost":"/"}],\
                "users":[{"hashing_algorithm":"rabbit_password_hashing_sha256","name":"app",\
                "password_hash":"***","tags":[]}]}
                """)
    }

    @Test("A user without a password is shown to be one")
    func noPassword() {
        let user: JSONValue = ["name": "app", "password_hash": ""]
        let command = BrokerCommand(carryingOut: [
            Self.action(.create, UserKind.id("app"), .merge([DefinitionsEntry(.users, user)]))
        ])
        #expect(command.redactedDocument == #"{"users":[{"name":"app","password_hash":""}]}"#)
    }

    @Test("Plugins are named on the command line, with control characters escaped in what is shown")
    func plugins() {
        let command = BrokerCommand(carryingOut: [
            Self.action(.update, PluginsKind.id, .plugins(["rabbitmq_federation", "rabbitmq_shovel"]))
        ])
        #expect(command.commandLine == "rabbitmq-plugins -q set --online rabbitmq_federation rabbitmq_shovel")
        #expect(command.arguments(file: "") == ["-q", "set", "--online", "rabbitmq_federation", "rabbitmq_shovel"])
        #expect(command.script == nil)
        let hostile = BrokerCommand(carryingOut: [Self.action(.update, PluginsKind.id, .plugins(["a\nb\u{1B}[2J"]))])
        #expect(hostile.commandLine == "rabbitmq-plugins -q set --online a\\u{a}b\\u{1b}[2J")
    }

    @Test("A removal is a script in a file")
    func removals() {
        let command = BrokerCommand(carryingOut: [
            Self.action(.delete, UserKind.id("app"), .remove(Removal("gone(U, User)", ["U": "app"])))
        ])
        #expect(command.commandLine == "rabbitmqctl -q eval_file FILE")
        #expect(command.redactedDocument == "Remove(fun([U]) ->\n  gone(U, User)\nend, [\n  {0,[<<\"app\">>]}])")
        #expect(command.script?.alone.contains("app") == true)
    }
}

@Suite struct ScriptTests {
    static let hostile = [
        "\">>,halt().<<\"", "\\", "\\\">>", "'", "a\nb", "\0", "%", "~p", "zażółć", "👩‍👩‍👧", "", " ", "}.", "$", "<<>>",
        "\u{2028}",
        String(repeating: "x", count: 255),
    ]

    @Test("No name can end the literal that it stands in", arguments: hostile)
    func literals(_ name: String) {
        let literal = ErlangScript.binary(name)
        #expect(literal.hasPrefix("<<") && literal.hasSuffix(">>"))
        let inside = literal.dropFirst(2).dropLast(2)
        if inside.hasPrefix("\"") {
            let text = inside.dropFirst().dropLast()
            #expect(inside.hasSuffix("\""))
            #expect(
                text.utf8.allSatisfy {
                    $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") && (0x20..<0x7F).contains($0)
                })
            #expect(String(text) == name)
        } else {
            #expect(inside.split(separator: ",").map { UInt8($0) } == name.utf8.map { $0 })
        }
    }

    @Test("Removals of one expression share a fun, others come after in their order")
    func groups() {
        let script = RemovalScript.call(for: [
            Removal("a(N)", ["N": "1"]), Removal("a(N)", ["N": "2"]), Removal("b(V, N)", ["V": "/", "N": "\""]),
            Removal("a(N)", ["N": "3"]),
        ])
        #expect(script.contains("Remove(fun([N]) ->\n  a(N)\nend, [\n  {0,[<<\"1\">>]},\n  {1,[<<\"2\">>]}])"))
        #expect(script.contains("Remove(fun([V,N]) ->\n  b(V, N)\nend, [\n  {2,[<<\"/\">>,<<34>>]}])"))
        #expect(script.contains("{3,[<<\"3\">>]}"))
    }

    @Test("Results are found between whatever else is printed, and anything else is none")
    func results() {
        let printed = """
            10:00:00 [warning] something
            WARREN 0 b2s=
            WARREN 1 %%%
            WARREN 2
            WARREN x b2s=
            WARREN 3 b2s= more
             WARREN 4 b2s=
            warren 5 b2s=
            WARREN 6 4pyT
            WARREN 7\u{20}
            ok
            """
        let records = ScriptRecords(printed: printed)
        #expect(["0", "x", "4"].allSatisfy { records.text($0) == "ok" })
        #expect(records.text("6") == "✓")
        #expect(["1", "2", "3", "5", "7", ""].allSatisfy { records[$0] == nil })
    }
}

/// The examples of https://www.rabbitmq.com/docs/passwords, and the same salt and password for the other algorithms.
@Suite struct PasswordHashTests {
    static let vectors = [
        ("sha256", "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"),
        ("sha512", "kI3GChuNuIYf8lRbCCxZjgjKwsY19ns6+uFO0zcXRBGA/XGJPYD8OWMy7EB8TaOmAzjP2azv84GbINYwX2cDWb4DHnc="),
        ("md5", "kI3GChNpte2FApYFXScl+0dIluk="),
    ]

    @Test("A hash verifies its password and no other", arguments: vectors)
    func verifies(_ algorithm: String, _ hash: String) {
        #expect(PasswordHash.verifies("test12", hash, algorithm))
        for other in ["test1", "test123", "", "Test12", "test12\n"] {
            #expect(!PasswordHash.verifies(other, hash, algorithm))
        }
        for (name, _) in Self.vectors where name != algorithm { #expect(!PasswordHash.verifies("test12", hash, name)) }
    }

    @Test("What is no hash verifies nothing", arguments: ["", "x", "kI3GCg==", "not base64!", "kI3G"])
    func noHash(_ hash: String) {
        for (algorithm, _) in Self.vectors {
            #expect(!PasswordHash.verifies("test12", hash, algorithm))
            #expect(!PasswordHash.verifies("", hash, algorithm))
        }
        #expect(!PasswordHash.verifies("test12", Self.vectors[0].1, "sha3"))
    }

    @Test(
        "A new hash verifies, and has a salt of its own",
        arguments: ["test12", "", "zażółć", String(repeating: "x", count: 10_000)])
    func makes(_ password: String) {
        let hashes = (0..<20).map { _ in PasswordHash.make(password) }
        #expect(Set(hashes).count == 20)
        for hash in hashes { #expect(PasswordHash.verifies(password, hash, "sha256")) }
    }
}
