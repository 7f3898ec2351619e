import AgentRuntime
import ClusterModel
import HostAccess
import Planning
import TestSupport
import Testing

extension RealBrokers {
    /// Names and values that a shell, an Erlang parser or a careless comparison would take for something else.
    @Suite struct HostileValues {
        @Test(arguments: TestBroker.Version.allCases)
        func everyByteArrivesAndNothingIsExecuted(_ version: TestBroker.Version) async throws {
            let world = try await Converger(version)
            try await world.registerTestComponent()
            #expect(world.broker.installation.environment["LC_ALL"] == "C.UTF-8")
            #expect(world.broker.installation.environment["LANG"] == "C.UTF-8")
            let before = try await world.everything()
            let marker = world.scratch.path("executed")
            let texts = Self.texts(marker)
            let spec = Self.spec(texts, patterns: Self.patterns(marker))

            try await world.converge(spec)
            try await expectArrived(world, texts, patterns: Self.patterns(marker))
            try await world.expectNothingIsWritten(spec)
            let complete = try await world.everything(looselyOn: Set(texts))

            try await world.importByHand(Self.changes(texts, patterns: Self.patterns(marker)))
            let told = try await world.plan(spec).openDrift.map { $0.changes.map(\.field).joined(separator: " ") }
            #expect(Set(told) == ["value", "priority", "uri definition", "configure", "description", "write"])
            #expect(told.count == 7 * texts.count + Self.patterns(marker).count)
            try await world.converge(spec)
            let repaired = difference(try await world.everything(looselyOn: Set(texts)), complete)
            #expect(repaired == [])

            try await world.apply(
                Pruning.prune.replacing("maxDeletions: 100", with: "maxDeletions: 1000") + Pruning.kept)
            let after = difference(try await world.everything(), before)
            #expect(after.filter { !$0.contains(#""name":"kept""#) && !$0.contains("cluster_name") } == [])
            #expect(throws: FileFailure.self) { try FileStatus(marker) }
            try await world.broker.reset()
        }

        /// No control character that JSON has no letter for: the broker's own tools print U+0001 as U+1000.
        private static func texts(_ marker: String) -> [String] {
            [
                "$(touch \(marker))", "`touch \(marker)`", "$HOME", "'single'", "\"double\"", #"back\slash \\d \"#,
                "-leading", "--", " spaced  out ", "a@b:c", "a/b", "a%2Fb", "a%b", "two\nlines", "tab\tbed",
                "zażółć gęślą",
                "🐰👩‍👩‍👧", "caf\u{E9}", "cafe\u{301}", ";&|<>*?~#!(", "{}[], : - x", "WARREN 0 eA==",
                "<<\"x\">>. os:cmd(\"touch \(marker)\")", "&lt;b&gt;", "null", "nil", "true", "~p ~s", "\u{7F}",
                String(repeating: "n", count: 255), String(repeating: "ż", count: 127),
            ]
        }

        private static func patterns(_ marker: String) -> [String] {
            [
                "$(touch \(marker))", "`touch \(marker)`", "$HOME", "'single'", "\"double\"", #"^a\\b\.\d+$"#, "-x",
                "--",
                " ", "@/%2F", "two\nlines", "🐰ż", "caf\u{E9}", "cafe\u{301}", "^(a|b){1,2}[^c]$", "",
            ]
        }

        /// Sections of `spec`, written as JSON, which is YAML too.
        private static func spec(_ texts: [String], patterns: [String]) -> String {
            let all = texts.map(JSONValue.string)
            let sections: [(String, [JSONValue])] = [
                ("vhosts", all.map { ["name": $0, "description": $0] }),
                (
                    "users",
                    all.map { text in
                        [
                            "name": text, "password": text,
                            "permissions": [["vhost": text, "configure": "^x$"]],
                            "topicPermissions": [["vhost": "/", "exchange": text, "write": "^x$"]],
                        ]
                    }
                ),
                (
                    "policies",
                    patterns.enumerated().map { index, pattern in
                        [
                            "name": .string("pattern \(index)"), "vhost": "/", "pattern": .string(pattern),
                            "definition": ["dead-letter-exchange": .string(texts[index])],
                        ]
                    } + all.map { ["name": $0, "vhost": "/", "pattern": "x", "definition": ["max-length": 1]] }
                ),
                ("parameters", all.map { ["component": "warren-test", "vhost": "/", "name": $0, "value": [$0]] }),
                ("globalParameters", all.map { ["name": $0, "value": ["key": $0]] }),
                ("exchanges", all.map { ["name": $0, "vhost": "/", "type": "topic"] }),
                ("queues", all.map { ["name": $0, "vhost": "/", "arguments": ["x-dead-letter-exchange": $0]] }),
                (
                    "bindings",
                    all.map {
                        [
                            "vhost": "/", "source": $0, "destination": $0, "routingKey": $0,
                            "arguments": ["argument": $0],
                        ]
                    }
                ),
            ]
            let upstreams = JSONValue.array(
                all.map {
                    [
                        "name": $0, "vhost": "/", "uri": "amqp://127.0.0.1:1",
                        "definition": ["exchange": $0, "consumer-tag": $0],
                    ]
                })
            return sections.map { "\($0.0): \(JSONValue.array($0.1))\n" }.joined()
                + "federation: { upstreams: \(upstreams) }\n"
        }

        /// The same objects with other values.
        private static func changes(_ texts: [String], patterns: [String]) -> JSONValue {
            let all = texts.map(JSONValue.string)
            func parameter(_ component: String, _ name: JSONValue, _ value: JSONValue) -> JSONValue {
                ["component": .string(component), "vhost": "/", "name": name, "value": value]
            }
            return [
                "vhosts": .array(all.map { ["name": $0, "metadata": ["description": "changed", "tags": []]] }),
                "permissions": .array(
                    all.map { ["user": $0, "vhost": $0, "configure": "changed", "write": "", "read": ""] }),
                "topic_permissions": .array(
                    all.map { ["user": $0, "vhost": "/", "exchange": $0, "write": "changed", "read": ""] }),
                "policies": .array(
                    patterns.enumerated().map { index, pattern in
                        [
                            "name": .string("pattern \(index)"), "vhost": "/", "pattern": .string(pattern),
                            "priority": 9,
                            "apply-to": "all", "definition": ["dead-letter-exchange": .string(texts[index])],
                        ]
                    }
                        + all.map {
                            [
                                "name": $0, "vhost": "/", "pattern": "x", "priority": 9, "apply-to": "all",
                                "definition": ["max-length": 1],
                            ]
                        }),
                "parameters": .array(
                    all.map { parameter("warren-test", $0, [["changed": $0]]) }
                        + all.map { parameter("federation-upstream", $0, ["uri": "amqp://127.0.0.1:2"]) }),
                "global_parameters": .array(all.map { ["name": $0, "value": ["key": "changed"]] }),
            ]
        }

        /// Looks at the bytes with the broker's own listings.
        private func expectArrived(_ world: Converger, _ texts: [String], patterns: [String]) async throws {
            let broker = world.broker
            func expect(_ found: [JSONValue?], _ expected: [String], of place: SourceLocation = #_sourceLocation) {
                #expect(difference(found.compactMap { $0?.string }, expected) == [], sourceLocation: place)
            }
            expect(try await broker.queues().map { $0["name"] }, texts)
            expect(try await broker.vhosts().map(JSONValue.string), texts + ["/"])
            expect(try await broker.users().map { $0["user"] }, texts + ["guest"])
            let names = patterns.indices.map { "pattern \($0)" }
            let policies = try await broker.policies()
            expect(policies.map { $0["name"] }, texts + names)
            expect(policies.filter { $0["name"]?.string.map(names.contains) == true }.map { $0["pattern"] }, patterns)
            let parameters = try await broker.parameters()
            expect(parameters.filter { $0["component"] == "warren-test" }.map { $0["name"] }, texts)
            let bindings = try await broker.list("list_bindings", "source_name", "destination_name", "routing_key")
            expect(bindings.filter { $0["source_name"] != "" }.map { $0["routing_key"] }, texts)
            // Standard input ends with the line, and the tool trims it.
            for text in ["$(touch", "`touch", "'single'", "zażółć", "🐰", "caf\u{E9}", "&lt;"] {
                guard let password = texts.first(where: { $0.utf8.starts(with: text.utf8) }) else { continue }
                #expect(await world.takes(password, of: password), "\(password)")
            }
        }
    }
}
