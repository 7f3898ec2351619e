import HostAccess
import TestSupport
import Testing

@Suite struct ProcessRunnerTests {
    let scratch = Result { try ScratchDirectory("runner") }
    let runner = ProcessRunner()

    func invocation(_ script: String, deadline: Duration = .seconds(20)) throws -> Invocation {
        let path = try scratch.get().script(script)
        return Invocation(executable: path, environment: ["PATH": "/usr/bin:/bin"], deadline: deadline)
    }

    /// The process whose number a script wrote to a file.
    func process(in name: String) async throws -> SeenProcess {
        let path = try scratch.get().path(name)
        var seen: SeenProcess?
        _ = await eventually {
            let bytes = (try? FileContent.read(path)) ?? []
            let text = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first.map(String.init)
            seen = text.flatMap { Int32($0) }.flatMap { SeenProcess(pid: $0) }
            return seen != nil
        }
        return try #require(seen)
    }

    @Test func resultHoldsOutputsStatusAndDuration() async throws {
        let result = try await runner.run(invocation("echo out; echo err >&2; exit 3"))
        #expect(result.status == .exited(3))
        #expect(result.stdout == "out\n")
        #expect(result.stderr == "err\n")
        #expect(result.duration > .zero)
        #expect(runner.started == 1)
    }

    @Test func argumentsReachTheProgramUntouched() async throws {
        var run = try invocation(#"for a in "$@"; do printf '<%s>' "$a"; done"#)
        run.arguments = ["$(id)", "a b", "", "\"quoted\"", "`x`", "zażółć\n", "-n"]
        #expect(try await runner.run(run).stdout == "<$(id)><a b><><\"quoted\"><`x`><zażółć\n><-n>")
    }

    @Test func environmentIsCompleteAndNothingIsInherited() async throws {
        var run = Invocation(executable: "/usr/bin/env", deadline: .seconds(5))
        run.environment = ["ONLY": "this"]
        #expect(try await runner.run(run).stdout == "ONLY=this\n")
    }

    @Test func standardInputIsEmptyUnlessGiven() async throws {
        #expect(try await runner.run(invocation("cat; echo end")).stdout == "end\n")
        var run = try invocation("cat")
        run.standardInput = Array("secret\n".utf8)
        #expect(try await runner.run(run).stdout == "secret\n")
    }

    @Test func programThatNeverReadsItsInputDoesNoHarm() async throws {
        var run = Invocation(executable: "/bin/true", deadline: .seconds(5))
        run.standardInput = [UInt8](repeating: 65, count: 1 << 20)
        for _ in 0..<50 { #expect(try await runner.run(run).status.isSuccess) }
        #expect(runner.started == 50)
    }

    @Test func hangingProgramIsKilledAtItsDeadlineWithAllItStarted() async throws {
        let directory = try scratch.get().path
        let script = """
            trap '' TERM
            (trap '' TERM; echo $(exec sh -c 'echo $PPID') > \(directory)/child; while :; do sleep 1; done) &
            setsid sh -c 'echo $$ > \(directory)/daemon; trap "" TERM; while :; do sleep 1; done' &
            echo $$ > \(directory)/leader
            while :; do sleep 1; done
            """
        let run = try invocation(script, deadline: .seconds(3))
        let task = Task { [runner] in try await runner.run(run) }
        let leader = try await process(in: "leader")
        let child = try await process(in: "child")
        let daemon = try await process(in: "daemon")
        let begun = ContinuousClock.now
        let expected = ProcessFailure.deadlineExceeded(executable: run.executable, after: .seconds(3))
        await #expect(throws: expected) { try await task.value }
        #expect(begun.duration(to: .now) < .seconds(10))
        for process in [leader, child, daemon] { #expect(!process.isRunning) }
    }

    @Test func cancelledRunLeavesNoProcess() async throws {
        let directory = try scratch.get().path
        let run = try invocation("echo $$ > \(directory)/leader; while :; do sleep 1; done", deadline: .seconds(60))
        let task = Task { [runner] in try await runner.run(run) }
        let leader = try await process(in: "leader")
        task.cancel()
        await #expect(throws: ProcessFailure.cancelled(executable: run.executable)) { try await task.value }
        #expect(!leader.isRunning)
    }

    @Test func backgroundChildDoesNotDelayTheResult() async throws {
        let directory = try scratch.get().path
        let run = try invocation("sleep 30 & echo $! > \(directory)/child; echo done")
        let result = try await runner.run(run)
        #expect(result.stdout == "done\n")
        #expect(result.duration < .seconds(5))
        try await process(in: "child").signal(9)
    }

    @Test func muchOutputIsRead() async throws {
        let result = try await runner.run(invocation("head -c 50000000 /dev/zero"))
        #expect(result.stdoutBytes.count == 50_000_000)
    }

    @Test func tooMuchOutputIsRefused() async throws {
        var run = try invocation("while :; do echo line; done")
        run.outputLimit = 100_000
        await #expect(throws: ProcessFailure.outputTooLarge(executable: run.executable, limit: 100_000)) {
            try await runner.run(run)
        }
    }

    @Test func killedProgramIsToldFromAFailedOne() async throws {
        #expect(try await runner.run(invocation("kill -9 $$")).status == .signalled(9))
    }

    @Test func missingProgramIsSaid() async throws {
        let run = Invocation(executable: "/nonexistent/rabbitmqctl", deadline: .seconds(5))
        let expected = ProcessFailure.couldNotRun(
            executable: "/nonexistent/rabbitmqctl",
            reason: "there is no such program")
        await #expect(throws: expected) { try await runner.run(run) }
        let relative = Invocation(executable: "ls", deadline: .seconds(5))
        await #expect(throws: ProcessFailure.self) { try await runner.run(relative) }
    }

    @Test func noMoreThanTheAllowedNumberRunAtOnce() async throws {
        let directory = try scratch.get().path
        let runner = ProcessRunner(concurrency: 2)
        let mark = "\(directory)/run.$$"
        let run = try invocation("touch \(mark); ls \(directory) | grep -c run; sleep 0.1; rm \(mark)")
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    Int(try await runner.run(run).stdout.split(separator: "\n").first ?? "") ?? 99
                }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(counts.count == 6)
        #expect(counts.allSatisfy { $0 <= 2 })
        #expect(runner.started == 6)
    }

    @Test(.enabled(if: OSUser.isRoot && OSUser(named: "nobody") != nil, "needs root"))
    func privilegesAreDropped() async throws {
        var run = Invocation(executable: "/usr/bin/id", deadline: .seconds(5))
        run.user = OSUser(named: "nobody")
        let text = try await runner.run(run).stdout
        #expect(text.contains("(nobody)"))
        #expect(!text.contains("root"))
    }

    /// Dropping them between fork and exec hung about one run in some hundreds.
    @Test(.enabled(if: OSUser.isRoot && OSUser(named: "nobody") != nil, "needs root"))
    func droppingPrivilegesNeverHangs() async throws {
        var run = Invocation(executable: "/bin/true", deadline: .seconds(20))
        run.user = OSUser(named: "nobody")
        try await withThrowingTaskGroup(of: ExitStatus.self) { [run, runner] group in
            for _ in 0..<400 { group.addTask { try await runner.run(run).status } }
            for try await status in group { #expect(status.isSuccess) }
        }
    }
}
