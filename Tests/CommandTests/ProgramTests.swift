import ClusterModel
import Foundation
import HostAccess
import TestSupport
import Testing

@Suite struct ProgramTests {
    static let data = ["plan", "apply", "status", "drift", "history", "validate", "render"]
    static let all = [
        ["validate"], ["plan"], ["apply"], ["status"], ["drift"], ["history"], ["render"], ["render", "rabbitmq"],
        ["render", "haproxy"], ["render", "keepalived"],
        ["schema"],
        ["broker"], ["broker", "start"], ["broker", "stop"], ["broker", "ctl"], ["adopt"],
    ]

    @Test("Plan, apply, plan: 2, 0, 0, and what they print is what was done")
    func session() async throws {
        let session = try Session()
        try session.importing(policies: "one", "two")
        let plan = try await session.run("plan")
        #expect(plan.code == 2, "\(plan)")
        #expect(plan.output.contains("Drift: 2"))
        #expect(plan.output.contains("1. rabbitmqctl -q eval_file FILE"))
        #expect(plan.output.contains("+ policy //one  missing"))
        #expect(session.writes == 0)
        #expect(try await session.run("apply", "--dry-run").code == 2)
        #expect(session.writes == 0)
        let apply = try await session.run("apply")
        #expect(apply.code == 0, "\(apply)")
        #expect(apply.output.contains("Created 2; everything is as the manifest says."))
        #expect(session.writes == 1)
        let again = try await session.run("plan")
        #expect(again.code == 0, "\(again)")
        #expect(again.output.contains("No drift: everything is as the manifest says."))
        #expect(try await session.run("status").code == 0)
        #expect(try await session.run("drift").code == 0)
        let drift = try await session.run("drift", "--since", "1h")
        #expect(drift.output.contains("policy //one") && drift.output.contains("repaired"))
        #expect(try await session.run("history", "1").output.contains("rabbitmqctl -q eval_file FILE"))
    }

    @Test("The drift report in four formats, narrowed down by time, kind, vhost, author and a pattern")
    func driftReport() async throws {
        let session = try Session()
        try session.importing(policies: "one", "two")
        #expect(try await session.run("apply").code == 0)
        let page = try await session.run("drift", "--since", "1h", "-o", "html")
        #expect(page.output.hasPrefix("<!doctype html>") && page.output.contains("policy //one"))
        let comment = try await session.run("drift", "--since", "1h", "--output", "markdown")
        #expect(comment.output.contains("- **`policy //one`** missing") && comment.output.contains("in run 1"))
        func closed(_ more: String...) async throws -> Int? {
            let run = try await WarrenProgram.run(session.arguments("drift") + ["-o", "json"] + more)
            #expect(run.code == 0, "\(run)")
            return try run.json()["closedTotal"]?.integer
        }
        #expect(try await closed("--since", "1h") == 2)
        #expect(try await closed() == nil)
        #expect(try await closed("--since", "1h", "--kind", "policy", "--vhost", "/") == 2)
        #expect(try await closed("--since", "1h", "--kind", "user") == 0)
        #expect(try await closed("--since", "1h", "--vhost", "other") == 0)
        #expect(try await closed("--since", "1h", "--resource", "policy */one") == 1)
        #expect(try await closed("--since", "1h", "--author", "alice") == 0)
        #expect(try await closed("--since", "2h", "--until", "1h") == 0)
        #expect(try await closed("--until", "1s") != nil)
        #expect(try await closed("--since", "2020-01-01T00:00:00Z") == 2)
    }

    @Test("What the broker refuses ends apply with 2, and status says stalled")
    func stalled() async throws {
        let session = try Session()
        try session.tools.on(
            "import", "record 0 'refused Validation failed no (//one)'; record 1 ok")
        let apply = try await session.run("apply")
        #expect(apply.code == 2, "\(apply)")
        #expect(apply.output.contains("Validation failed no (//one)"))
        let status = try await session.run("status")
        #expect(status.code == 2)
        #expect(status.output.contains("stalled"))
    }

    @Test("A broker that is down: 1, the sentence, and what was known before with its age")
    func brokerDown() async throws {
        let session = try Session()
        try session.importing(policies: "one", "two")
        #expect(try await session.run("apply").code == 0)
        try session.tools.on(
            "observe", "echo \"  * epmd reports: node 'rabbit' not running at all\" >&2; exit 69")
        for command in ["plan", "apply"] {
            let run = try await session.run(command)
            #expect(run.code == 1, "\(run)")
            #expect(run.output.contains("the RabbitMQ node is not running"))
        }
        let status = try await session.run("status")
        #expect(status.code == 1)
        #expect(status.output.contains("unknown now: the RabbitMQ node is not running"))
        #expect(status.output.contains("observed ") && status.output.contains(" ago"))
        let drift = try await session.run("drift")
        #expect(drift.code == 0)
        #expect(drift.output.contains("unknown now") && drift.output.contains("As observed "))
        #expect(try await session.run("history").output.contains("not running"))
    }

    @Test("An invalid manifest is 65 for every command that reads one, and nothing is done")
    func invalid() async throws {
        let session = try Session("  policies: [{ name: one, vhost: nowhere, pattern: '(' }]")
        for command in ["validate", "plan", "apply", "render"] {
            let run = try await session.run(command)
            #expect(run.code == 65, "\(command): \(run)")
            let words = command == "validate" ? run.output : run.errors
            #expect(words.contains("manifest.yaml:6:"))
            #expect(words.contains("error: "))
        }
        #expect(session.tools.calls.isEmpty)
        let json = try await session.run("validate", "-o", "json").json()
        #expect(json["valid"] == false)
        #expect(json["diagnostics"]?.array?.first?["line"] == 6)
    }

    @Test(
        "Wrong usage is 64",
        arguments: [
            ["nonsense"], ["plan", "--nonsense"], ["plan", "-o", "yaml"], ["drift", "--since", "soon"],
            ["drift", "--since", "-1h"], ["drift", "--until", "yesterday"], ["drift", "--kind", "polizy"],
            ["drift", "-o", "yaml"],
            ["history", "x"], ["history", "--limit", "0"], ["validate"], ["validate", "a", "b"],
            ["status", "--runtime", "x"],
            ["validate", "x", "--broker-version", "new"], ["render", "rabbitmq", "--file-name", "x"],
        ])
    func usage(_ arguments: [String]) async throws {
        let run = try await WarrenProgram.run(arguments)
        #expect(run.code == 64, "\(run)")
        #expect(run.errors.contains("Error: "))
        #expect(run.output.isEmpty)
    }

    @Test(
        "What is not there ends with 1 and one sentence, not with a crash",
        arguments: [
            ["plan", "-f", "/nonexistent/manifest"], ["apply", "-f", "/nonexistent/manifest"],
            ["validate", "/nonexistent/manifest"],
            ["status", "--state", "/nonexistent/state"], ["drift", "--state", "/nonexistent/state"],
            ["history", "--state", "/nonexistent/state"], ["render", "rabbitmq", "-f", "/nonexistent/manifest"],
            ["adopt", "--definitions", "/nonexistent/export"],
            ["broker", "stop", "-f", "/nonexistent/x", "--directory", "/nonexistent/y"],
            ["validate", "/dev/null"], ["validate", "/dev/zero"], ["validate", "/proc/self/mem"],
        ])
    func missing(_ arguments: [String]) async throws {
        let run = try await WarrenProgram.run(arguments)
        #expect(run.code == 1 || (arguments[1] == "/dev/null" && run.code == 65), "\(run)")
        #expect((run.errors + run.output).split(separator: "\n").count <= 3)
        #expect(!run.errors.contains("Fatal error"))
    }

    @Test("A run that is not there is said")
    func noSuchRun() async throws {
        let session = try Session()
        _ = try await session.run("plan")
        let run = try await session.run("history", "99")
        #expect(run.code == 1)
        #expect(run.errors.contains("there is no run 99"))
        #expect(try await session.run("history").output == "No run is remembered yet.\n")
    }

    @Test("JSON parses and has the documented keys")
    func json() async throws {
        let session = try Session()
        try session.importing(policies: "one", "two")
        let keys = [
            "cluster", "revision", "observedAt", "declared", "drift", "unmanaged", "steps", "blocked", "stalled",
            "against",
            "unknown",
            "conditions", "warnings",
        ]
        let plan = try await session.run("plan", "-o", "json").json()
        #expect(Set(plan.object?.keys.map(\.self) ?? []) == Set(keys))
        let step = try #require(plan["steps"]?.array?.first)
        #expect(Set(step.object?.keys.map(\.self) ?? []) == ["command", "document", "actions"])
        let action = try #require(step["actions"]?.array?.first)
        #expect(
            Set(action.object?.keys.map(\.self) ?? []) == [
                "resource", "kind", "vhost", "name", "verb", "reason", "scope", "disruption", "guards",
            ])
        let apply = try await session.run("apply", "-o", "json").json()
        let more = ["run", "result", "sentence", "processes", "seconds", "actions"]
        #expect(Set(apply.object?.keys.map(\.self) ?? []) == Set(keys + more))
        #expect(apply["result"] == "converged")
        #expect(apply["actions"]?.array?.first?["outcome"] == "succeeded")
        let status = try await session.run("status", "-o", "json").json()
        #expect(
            Set(status.object?.keys.map(\.self) ?? []) == [
                "source", "cluster", "suspensions", "conditions", "openDrift", "unmanaged", "blocked", "stalled",
                "appliedRevision",
                "lastRun",
                "readings",
            ])
        #expect(status["appliedRevision"] == plan["revision"])
        let drift = try await session.run("drift", "--since", "1h", "-o", "json").json()
        #expect(
            Set(drift.object?.keys.map(\.self) ?? []) == [
                "cluster", "host", "madeAt", "since", "until", "observedAt", "unknown", "open", "openTotal", "closed",
                "closedTotal", "repairedTotal", "authors", "unmanaged",
            ])
        #expect(drift["closed"]?.array?.count == 2)
        let history = try await session.run("history", "-o", "json").json()
        #expect(history.array?.count == 1)
        let detail = try await session.run("history", "1", "-o", "json").json()
        #expect(detail["steps"]?.array?.first?["actions"]?.array?.count == 2)
        #expect(detail["steps"]?.array?.first?["exitCode"] == 0)
        #expect(try await session.run("render", "-o", "json").json()["rabbitmq.conf"] != nil)
        #expect(try await session.run("validate", "-o", "json").json()["valid"] == true)
        #expect(try await WarrenProgram.run(["schema"]).json()["$schema"] != nil)
    }

    @Test("Each command's help has an example", arguments: all)
    func help(_ command: [String]) async throws {
        for arguments in [command + ["--help"], ["help"] + command] {
            let run = try await WarrenProgram.run(arguments)
            #expect(run.code == 0, "\(run)")
            #expect(run.output.contains("warren \(command.joined(separator: " ")) "))
            let discussion = run.output.prefix { _ in true }.split(separator: "USAGE:").first ?? ""
            #expect(discussion.contains("  warren "), "\(command) has no example")
        }
    }

    @Test("Completions are generated for each shell, and bash takes them")
    func completions() async throws {
        for shell in ["bash", "zsh", "fish"] {
            let run = try await WarrenProgram.run(["--generate-completion-script", shell])
            #expect(run.code == 0)
            #expect(run.output.contains("warren"))
        }
        let bash = try await WarrenProgram.shell(
            "source <(\"$warren\" --generate-completion-script bash) && complete -p warren")
        #expect(bash.code == 0, "\(bash)")
    }

    @Test("Colour is for a terminal alone, and not where it is not wanted")
    func colour() async throws {
        let session = try Session()
        _ = try await session.run("plan")
        for command in ["plan", "status", "drift", "history", "validate", "apply"] {
            let run = try await session.run(command)
            #expect(!(run.output + run.errors).contains("\u{1B}"), "\(command)")
        }
        let line = session.line("status").replacing("\"$warren\"", with: try WarrenProgram.path.get())
        let terminal = "script -qec \"\(line)\" /dev/null"
        #expect(try await WarrenProgram.shell(terminal, environment: ["TERM": "xterm"]).output.contains("\u{1B}["))
        for environment in [["TERM": "xterm", "NO_COLOR": "1"], ["TERM": "dumb"]] {
            let run = try await WarrenProgram.shell(terminal, environment: environment)
            #expect(run.output.contains("MEMBER"), "\(run)")
            #expect(!run.output.contains("\u{1B}"))
        }
    }

    @Test(
        "A reader that goes away is no crash",
        arguments: ["status", "plan", "history", "drift", "validate", "render", "schema", "--help"])
    func brokenPipe(_ command: String) async throws {
        let session = try Session()
        _ = try await session.run("plan")
        let run = try await WarrenProgram.shell("\(session.line(command)) | head -c 0; echo ${PIPESTATUS[0]}")
        let code = Int(run.output.split(separator: "\n").last ?? "")
        #expect([0, 2].contains(code), "\(run)")
        let closed = try await WarrenProgram.shell("\(session.line(command)) >&- 2>&-; echo $?")
        #expect([0, 2].contains(Int(closed.output.split(separator: "\n").last ?? "")), "\(closed)")
    }
}
