import ClusterModel
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

    @Test("An import reads one document of all entries")
    func imports() {
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
        #expect(command.commandLine == "rabbitmqctl -q import_definitions FILE")
        #expect(command.arguments(file: "/run/x") == ["-q", "import_definitions", "/run/x"])
        #expect(
            command.document == """
                {"parameters":[{"component":"federation-upstream","name":"u","value":{"uri":\
                ["amqp://app:SECRET@h:1/v?password=SECRET","amqp://app:SEC,RET'@i"]},"vhost":"/"}],\
                "policies":[{"definition":{"max-length":1},"name":"p","pattern":"^","vhost":"/"}],\
                "users":[{"hashing_algorithm":"rabbit_password_hashing_sha256","name":"app",\
                "password_hash":"SECRETHASH","tags":[]}]}
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
        #expect(command.document == nil)
        let hostile = BrokerCommand(carryingOut: [Self.action(.update, PluginsKind.id, .plugins(["a\nb\u{1B}[2J"]))])
        #expect(hostile.commandLine == "rabbitmq-plugins -q set --online a\\u{a}b\\u{1b}[2J")
    }

    @Test("A removal is a script in a file")
    func removals() {
        let command = BrokerCommand(carryingOut: [
            Self.action(.delete, UserKind.id("app"), .remove(Removal("gone(U, User)", ["U": "app"])))
        ])
        #expect(command.commandLine == "rabbitmqctl -q eval_file FILE")
        #expect(command.document == command.redactedDocument)
        #expect(command.document?.contains("Run(fun([U]) ->\n  gone(U, User)\nend, [\n  {0,[<<\"app\">>]}])") == true)
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
        let literal = RemovalScript.binary(name)
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
        let script = RemovalScript.text(for: [
            Removal("a(N)", ["N": "1"]), Removal("a(N)", ["N": "2"]), Removal("b(V, N)", ["V": "/", "N": "\""]),
            Removal("a(N)", ["N": "3"]),
        ])
        #expect(script.contains("Run(fun([N]) ->\n  a(N)\nend, [\n  {0,[<<\"1\">>]},\n  {1,[<<\"2\">>]}])"))
        #expect(script.contains("Run(fun([V,N]) ->\n  b(V, N)\nend, [\n  {2,[<<\"/\">>,<<34>>]}])"))
        #expect(script.contains("{3,[<<\"3\">>]}"))
        #expect(script.hasSuffix("ok.\n"))
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
        #expect(ScriptResult.parse(printed) == [0: Array("ok".utf8), 4: Array("ok".utf8), 6: Array("✓".utf8)])
        #expect(ScriptResult.parse("") == [:])
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
