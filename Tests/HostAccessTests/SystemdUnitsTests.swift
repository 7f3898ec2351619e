import ClusterModel
import HostAccess
import TestSupport
import Testing

/// `systemctl` and `journalctl` as scripts, for what a real systemd can't be made to say.
private struct FakeSystemd {
    let scratch: ScratchDirectory
    let units: SystemdUnits

    init(_ systemctl: String, journal: String = "exit 1", patience: Duration = .seconds(10)) throws {
        scratch = try ScratchDirectory("systemd")
        let log = "echo \"$*\" >> \(scratch.path)/calls\n"
        units = SystemdUnits(
            runner: ProcessRunner(), systemctl: try scratch.script(log + systemctl, named: "systemctl"),
            journalctl: try scratch.script(journal, named: "journalctl"), patience: patience)
    }

    var calls: [String] {
        let text = String(decoding: (try? FileContent.read(scratch.path("calls"))) ?? [], as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    static func unit(_ id: String, _ activity: String, _ more: String = "") -> String {
        "Id=\(id)\nLoadState=loaded\nActiveState=\(activity)\nSubState=x\n\(more)"
    }
}

@Suite struct SystemdUnitsTests {
    private static let running = """
        MainPID=812
        NRestarts=2
        ExecMainStatus=0
        Result=success
        StatusText=Ready = yes
        UnitFileState=enabled
        DropInPaths=/run/systemd/generator/haproxy.service.d/50-warren.conf /etc/x/o.conf
        ActiveEnterTimestamp=@1763845381
        ActiveEnterTimestampMonotonic=1234567
        NeedDaemonReload=no
        A line that is none

        """

    @Test func aStateHasWhatSystemdSays() async throws {
        let fake = try FakeSystemd("cat << END\n\(FakeSystemd.unit("haproxy.service", "active", Self.running))END")
        let state = try await fake.units.state(of: "haproxy")
        #expect(state.id == "haproxy.service")
        #expect(state.load == .loaded)
        #expect(state.activity == .active && state.isRunning)
        #expect(state.mainPID == 812)
        #expect(state.restarts == 2)
        #expect(state.statusText == "Ready = yes")
        #expect(state.enablement == "enabled")
        #expect(state.isGated)
        #expect(state.activeSince == Timestamp(milliseconds: 1_763_845_381_000))
        #expect(state.activeSinceMonotonic == 1_234_567)
        #expect(!state.needsReload)
        #expect(fake.calls.count == 1)
        #expect(fake.calls[0].hasPrefix("show --timestamp=unix --property=Id,LoadState,"))
        #expect(fake.calls[0].hasSuffix(" -- haproxy"))
    }

    @Test func severalUnitsAreReadByOneProcessInTheirOrder() async throws {
        let gone = "Id=no.service\nLoadState=not-found\nActiveState=inactive\nSubState=dead\nMainPID=0"
        let fake = try FakeSystemd("printf '%s\n\n%s\n' '\(gone)' '\(FakeSystemd.unit("b.service", "failed"))'")
        let states = try await fake.units.states(of: ["no", "b"])
        #expect(states.map(\.id) == ["no.service", "b.service"])
        #expect(states.map(\.load) == [.notFound, .loaded])
        #expect(states[0].mainPID == nil && states[0].activeSince == nil && !states[0].isGated)
        #expect(fake.calls.count == 1)
        #expect(try await fake.units.states(of: []) == [])
        #expect(fake.calls.count == 1)
    }

    @Test(arguments: [
        "echo", "exit 0", "echo Id=a.service", "printf 'Id=a\\nLoadState=loaded\\nActiveState=dreaming\\n'",
        "printf 'Id=a\\nLoadState=loaded\\nActiveState=active\\n\\nId=b\\nLoadState=loaded\\nActiveState=active\\n'",
        "head -c 3000 /dev/urandom",
    ])
    func oddOutputIsUnreadableAndNeverAState(_ script: String) async throws {
        let fake = try FakeSystemd(script)
        do {
            let state = try await fake.units.state(of: "a")
            Issue.record("\(state)")
        } catch {
            guard case .unreadable(let unit, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(unit == "a")
            #expect(!error.mayHaveTakenEffect)
        }
    }

    @Test func aRefusalHasSystemdsWordsAndTheUnitsLastLines() async throws {
        let fake = try FakeSystemd(
            "echo 'Job for a.service failed.' >&2; exit 1",
            journal: #"printf 'one\n\033[31mtwo\033[0m\nthree\n'"#)
        do {
            try await fake.units.start("a.service", within: .seconds(20))
            Issue.record("It started.")
        } catch {
            #expect(error.description == "systemd could not start a.service: Job for a.service failed.")
            #expect(error.journal == ["one", "[31mtwo [0m", "three"])
            #expect(error.mayHaveTakenEffect)
        }
    }

    @Test func aStartThatAConditionKeptBackIsNoSuccess() async throws {
        let dead = FakeSystemd.unit("a.service", "inactive")
        let fake = try FakeSystemd("[ $1 = start ] || echo '\(dead)'", journal: "echo Not started.")
        let expected = UnitFailure.skipped(unit: "a", journal: ["Not started."])
        await #expect(throws: expected) { try await fake.units.start("a", within: .seconds(20)) }
    }

    @Test func aStartHasItsTicketUntilItEnds() async throws {
        let root = try ScratchDirectory("gate")
        let gate = StartGate(root: root.path)
        let up = FakeSystemd.unit("a.service", "active")
        let fake = try FakeSystemd("[ $1 != start ] || cat \(root.path)/run/warren/gate/a || exit 1; echo '\(up)'")
        #expect(try await fake.units.start("a.service", through: gate, within: .seconds(20)).isRunning)
        #expect(try Directory.names(root.path("run/warren/gate")) == [])
        #expect(fake.calls[0] == "start -- a.service")

        try await fake.units.restart("a", through: gate, within: .seconds(20))
        #expect(fake.calls[2...3] == ["stop -- a", "start -- a"])

        try await fake.units.beginStart("a", through: gate)
        #expect(fake.calls[5...6] == ["reset-failed -- a", "start --no-block -- a"])
        #expect(try Directory.names(root.path("run/warren/gate")) == ["a"])
        gate.closeAll()
        #expect(try Directory.names(root.path("run/warren/gate")) == [])
    }

    @Test func aHangingSystemdIsLeftAtTheDeadline() async throws {
        let fake = try FakeSystemd("exec sleep 1000", patience: .milliseconds(200))
        do {
            try await fake.units.start("a", within: .milliseconds(300))
            Issue.record("It started.")
        } catch {
            guard case .noResult(.deadlineExceeded) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(error.mayHaveTakenEffect)
        }
        #expect(await fake.units.journal(of: "a") == [])
    }

    @Test func aHostWithoutSystemdIsAFailureThatChangedNothing() async {
        let units = SystemdUnits(runner: ProcessRunner(), systemctl: "/nonexistent/systemctl")
        do {
            _ = try await units.state(of: "a")
            Issue.record("There is one.")
        } catch {
            #expect(!error.mayHaveTakenEffect)
            #expect(error.description == "/nonexistent/systemctl could not be started: there is no such program.")
        }
    }
}

@Suite struct StartGateTests {
    @Test func aUnitIsReleasedAndTakenAndSaysWhetherThatIsNew() throws {
        let root = try ScratchDirectory("gate")
        let gate = StartGate(root: root.path)
        #expect(!gate.isReleased("haproxy"))
        #expect(try gate.setReleased(true, "haproxy.service"))
        #expect(try !gate.setReleased(true, "haproxy"))
        #expect(gate.isReleased("haproxy") && !gate.isReleased("keepalived"))
        #expect(try gate.setReleased(false, "haproxy"))
        #expect(!gate.isReleased("haproxy"))
        #expect(try !gate.setReleased(false, "haproxy"))
    }

    @Test func aHeldStartHasItsTime() throws {
        let root = try ScratchDirectory("gate")
        let gate = StartGate(root: root.path)
        #expect(gate.heldSince("haproxy") == nil)
        try Directory.make(root.path("run/warren/held"), mode: 0o700)
        try root.write("", to: "run/warren/held/haproxy")
        let since = try #require(gate.heldSince("haproxy.service"))
        #expect(abs(SystemClock.now().seconds(since: since)) < 60)
        gate.forget("haproxy.service")
        #expect(gate.heldSince("haproxy") == nil)
    }
}
