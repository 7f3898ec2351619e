import AgentRuntime
import ClusterModel
import Foundation
import HostAccess
import Providers
import StateStore
import TestSupport
import Testing

/// A mark stands in every place that can hold a secret; nothing that Warren prints, stores or runs may hold it.
extension RealBrokers {
    @Suite struct SecretLeaks {
        static let mark = "S3CR3T-MARK-7f3a91"

        private func files(_ folder: ScratchDirectory) throws {
            let mark = Self.mark
            try folder.write("\(mark)-cookie", to: "cookie", mode: 0o600)
            try folder.write("\(mark)-\"file\" \\ ü\n", to: "password", mode: 0o600)
            try folder.write(
                "amqp://app:\(mark),'x@127.0.0.1:1/%2f?password=\(mark)&heartbeat=5", to: "uri", mode: 0o600)
            try folder.write("\(mark)-token\nand a second line of \(mark)", to: "token", mode: 0o600)
            try folder.write("amqp://app:\(mark)@h o:bad/x?password=\(mark)", to: "bad-uri", mode: 0o600)
            try folder.write("amqp://app:\(mark)@127.0.0.1:1?cacertfile=\(mark)", to: "second-uri", mode: 0o600)
        }

        /// What the broker takes.
        private static let good = """
              users:
                - { name: from-file, password: { fromFile: password } }
                - { name: from-env, password: { fromEnv: MARKED } }
                - { name: literal, password: \(mark)-literal }
                - { name: hashed, passwordHash: UzNDUlMzQ1IzVC1NQVJLLTdmM2E5MS1TM0NSM1QtTUFSSy03ZjNh }
              federation:
                upstreams:
                  - { name: u, vhost: /, uri: { fromFile: uri }, definition: { ack-mode: on-confirm } }
                  - { name: list, vhost: /, uri: [{ fromFile: uri }, { fromFile: second-uri }, "amqp://x:\(mark)@127.0.0.1:1"] }
              shovels:
                - { name: s, vhost: /, sourceUri: { fromFile: uri }, destinationUri: ["amqp://x:\(mark)@127.0.0.1:1/v"],
                    definition: { src-queue: a, dest-queue: b } }
              globalParameters:
                - { name: g, value: { uri: "amqp://x:\(mark)@h?password=\(mark)", deep: [{ token: { fromFile: token } }] } }
              proxy:
                listeners: [{ name: amqp, port: 5679, backendPort: 5672 }]
                stats: { port: 8100, path: /stats, user: admin, password: \(mark)-stats }
            """

        /// What it refuses, in words that repeat it.
        private static let bad = """
              policies: [{ name: p, vhost: /, pattern: ^, applyTo: queues, definition: { max-length: 5 } }]
              parameters:
                - { component: nope, name: p, vhost: /, value: { token: { fromFile: token }, uri: "amqp://x:\(mark)@h" } }
              federation:
                upstreams:
                  - { name: bad, vhost: /, uri: { fromFile: bad-uri } }
              shovels:
                - { name: s, vhost: /, sourceUri: { fromFile: bad-uri }, destinationUri: "amqp://", definition: { src-queue: a, dest-queue: b } }
            """

        /// A file may hold the mark where it is a secret itself or the broker's own.
        private func expectNoMark(
            in folder: String, except: (String) -> Bool, sourceLocation: SourceLocation = #_sourceLocation
        ) {
            for case let path as String in FileManager.default.enumerator(atPath: folder) ?? .init() where !except(path)
            {
                guard let bytes = try? FileContent.read("\(folder)/\(path)"), !bytes.isEmpty else { continue }
                #expect(
                    !CommandLines.contains(bytes, Array(Self.mark.utf8)), "\(folder)/\(path)",
                    sourceLocation: sourceLocation)
            }
        }

        /// The files that a program that died may have left.
        private func dumps() throws -> [String] {
            try ["/tmp", "/"].flatMap { folder in
                try Directory.names(folder).filter { $0.hasPrefix("core") || $0.contains("crash_dump") }.map {
                    folder + "/" + $0
                }
            }
        }

        private func expectNoMark(in runs: [(command: String, run: ProgramRun)]) {
            for (command, run) in runs {
                let text = run.output + run.errors
                #expect(!text.contains(Self.mark), "\(command)")
                let bytes = Self.mark.utf8.map(String.init)
                #expect(
                    !text.contains(bytes.joined(separator: ",")) && !text.contains(bytes.joined(separator: ", ")),
                    "\(command)")
                #expect(!text.contains("UzNDUlMzQ1IzVC1"), "\(command) shows the hash")
            }
        }

        @Test("The watch sees a mark on any command line")
        func watchSees() async throws {
            let lines = CommandLines(for: Self.mark)
            try await lines.watch {
                _ = try await ProcessRunner().run(
                    Invocation(
                        executable: "/bin/sh", arguments: ["-c", "sleep 1; :", Self.mark], deadline: .seconds(20)))
            }
            #expect(!lines.sightings.isEmpty)
        }

        @Test("The program and all that it runs keep every secret, also those that the broker refuses")
        func program() async throws {
            let program = try ProgramOnBroker()
            try files(program.scratch)
            try program.declare(Self.good)
            let lines = CommandLines(for: Self.mark)
            let before = try dumps()
            var runs: [(command: String, run: ProgramRun)] = []
            @discardableResult
            func run(_ arguments: [String]) async throws -> ProgramRun {
                let run = try await WarrenProgram.run(
                    arguments, environment: ["MARKED": Self.mark + "-env"], directory: program.scratch.path,
                    within: .seconds(200))
                runs.append((arguments.joined(separator: " "), run))
                return run
            }
            func look() async throws {
                for command in ["validate", "render"] {
                    try await run(program.arguments(command))
                    try await run(program.arguments(command) + ["-o", "json"])
                }
                try await run(program.arguments("doctor"))
                try await run(program.arguments("plan") + ["--full"])
                try await run(program.arguments("plan") + ["--full", "-o", "json"])
            }
            func lookBack() async throws {
                for more in [[], ["-o", "json"]] {
                    try await run(program.arguments("status") + more)
                    try await run(program.arguments("drift") + ["--since", "1h", "--unmanaged"] + more)
                    for number in ["1", "2", "3"] { try await run(program.arguments("history") + [number] + more) }
                    try await run(program.arguments("history") + more)
                }
            }
            try await lines.watch {
                #expect(try await run(program.arguments("start")).code == 0)
                try await look()
                let first = try await run(program.arguments("apply") + ["--full"])
                #expect(first.code == 0, "\(Self.hidden(first))")
                // A new secret in each file: the old one is still in the broker.
                try program.scratch.write(Self.mark + "-rotated", to: "token", mode: 0o600)
                try program.scratch.write("amqp://new:\(Self.mark)-rotated@127.0.0.1:1", to: "uri", mode: 0o600)
                try await look()
                let second = try await run(program.arguments("apply") + ["-o", "json"])
                #expect(second.code == 0, "\(Self.hidden(second))")
                try program.declare(Self.bad)
                try await look()
                let third = try await run(program.arguments("apply") + ["--full"])
                #expect(third.code == 2, "\(Self.hidden(third))")
                #expect(third.output.contains("Validation failed"))
                try await lookBack()
                let adopt = ["adopt", "--host", "localhost", "--runtime", "supervised"]
                let adopted = program.scratch.path("adopted/warren.yaml")
                let adoption = try await run(adopt + ["--directory", program.broker, "--to", adopted])
                #expect(adoption.code == 0, "\(Self.hidden(adoption))")
                let names = ["u", "p", "g", "from-file"]
                let text = String(decoding: try FileContent.read(adopted), as: UTF8.self)
                for name in names { #expect(text.contains(name)) }
                // A text that the broker holds may be anything; what is a secret by its form goes into files of its own.
                for line in text.split(separator: "\n") where line.contains("://") || line.contains("assword") {
                    #expect(!line.contains(Self.mark))
                }
                #expect(try await run(program.arguments("stop")).code == 0)
            }
            expectNoMark(in: runs)
            #expect(lines.sightings == [])
            #expect(lines.rounds > 10)
            #expect(try dumps() == before)
            let own: Set<String> = ["cookie", "password", "uri", "token", "bad-uri", "second-uri", "manifest.yaml"]
            expectNoMark(in: program.scratch.path) { path in
                own.contains(path) || path.hasPrefix("broker/data") || path == "broker/home/.erlang.cookie"
                    || path.hasPrefix("adopted/") || path.hasPrefix("broker/log")
            }
            for folder in ["/run/warren", "/dev/shm"] {
                expectNoMark(in: folder) { _ in false }
            }
        }

        /// A run as a failing test may show it.
        private static func hidden(_ run: ProgramRun) -> String {
            Redactor([mark]).redact("\(run.status) \(run.output) \(run.errors)")
        }

        @Test("A run keeps every secret on each version", arguments: TestBroker.Version.allCases)
        func reconciler(_ version: TestBroker.Version) async throws {
            let broker = try await TestBroker.shared(version)
            try await broker.reset()
            let scratch = try ScratchDirectory("leak")
            try files(scratch)
            let store = try StateStore.open(path: scratch.path("state"), access: .readWrite, at: SystemClock.now())
                .store
            let lines = CommandLines(for: Self.mark)
            var shown = ""
            try await lines.watch {
                for spec in [Self.good, Self.bad] {
                    let path = try scratch.write(Self.manifest(spec), to: "manifest.yaml")
                    let source = try ManifestSource(path: path)
                    let desired = try #require(source.loaded.manifest, "\(source.loaded.errors)")
                    try store.recordRevision(source.revision, path: path, at: SystemClock.now())
                    let reconciler = Reconciler(
                        manifest: desired, revision: source.revision, host: "localhost",
                        tools: BrokerTools(installation: broker.installation, runner: broker.runner),
                        secrets: SecretReader(environment: ["MARKED": Self.mark + "-env"]), store: store,
                        clock: { SystemClock.now() })
                    let run = try await reconciler.apply(cause: .request, store: store) { event in
                        if case .stepEnds(_, _, let outcomes, _) = event { shown += "\(outcomes)" }
                    }
                    shown +=
                        run.sentence + "\(run.final.plan.drift) \(run.final.plan.blocked) \(run.final.plan.stalled)"
                    #expect(!run.actions.isEmpty)
                }
            }
            #expect(lines.sightings == [])
            #expect(shown.contains("Validation failed") || shown.contains("not found"))
            #expect(!shown.contains(Self.mark))
            try store.close()
            expectNoMark(in: scratch.path) { $0 != "state" && !$0.hasPrefix("state-") }
            try await broker.reset()
        }

        private static func manifest(_ spec: String) -> String {
            """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: leak }
            spec:
              hosts: [{ name: localhost, address: 127.0.0.1, roles: [broker\(spec.contains("proxy:") ? ", proxy" : "")] }]
            \(spec)
            """
        }
    }
}
