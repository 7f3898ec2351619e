import ClusterModel
import Foundation
import HostAccess
import StateStore
import TestSupport
import Testing

@Suite("Asking the agent of this host") struct RequestTests {
    @Test("Without an agent reconcile fails and says what to do")
    func noAgent() async throws {
        let session = try Session()
        for more in [[], ["--wait"]] {
            let run = try await WarrenProgram.run(session.arguments("reconcile") + more)
            #expect(run.code == 1)
            #expect(
                run.errors.contains("no agent listens at \(session.state).sock; start it with systemctl start warren"))
        }
        // A socket that a killed agent left behind is none either.
        try session.home.write("", to: "state/state.sqlite.sock")
        #expect(try await session.run("reconcile").code == 1)
    }

    @Test("Suspended: apply changes nothing and says why, status shows it loudly, resume ends it")
    func suspend() async throws {
        let session = try Session()
        try session.importing(policies: "one", "two")
        let suspended = try await session.run("suspend", "--for", "2h", "--reason", "moving <disks>", "--by", "alice")
        #expect(suspended.code == 0, "\(suspended)")
        #expect(suspended.output.hasPrefix("Suspended on this host by alice until "))
        let apply = try await session.run("apply")
        #expect(apply.code == 2)
        #expect(apply.output.contains("Suspended on this host by alice until ") && session.writes == 0)
        let status = try await session.run("status", "--remembered")
        #expect(status.output.hasPrefix("SUSPENDED: suspended on this host by alice"))
        let json = try await session.run("status", "--remembered", "-o", "json").json()
        #expect(json["suspensions"]?.array?.first?["reason"] == "moving <disks>")
        let resumed = try await session.run("resume", "-o", "json")
        #expect(try resumed.json()["suspensions"] == [])
        #expect(try await session.run("apply").code == 0)
        #expect(try await session.run("resume").output.hasPrefix("This host was not suspended."))
    }

    @Test("The whole cluster is suspended in the broker, with no word of it as a script")
    func cluster() async throws {
        let session = try Session()
        try session.tools.on("suspension", "cp \"$FILE\" asked; record 0 ok")
        try session.tools.scratch.write("", to: "asked", mode: 0o666)
        let hostile = #"x">>}, halt(), #{<<"y"#
        let run = try await session.run("suspend", "--cluster", "--for", "30m", "--reason", hostile)
        #expect(run.code == 0, "\(run)")
        let script = String(decoding: try FileContent.read(session.tools.scratch.path("asked")), as: UTF8.self)
        #expect(script.contains("set_global('warren-suspension'") && !script.contains("halt()"))
        #expect(try await session.run("resume", "--cluster").code == 0)
        try session.tools.on("suspension", "record 0 '{error_string,no}'")
        let refused = try await session.run("suspend", "--cluster", "--for", "30m", "--reason", "x")
        #expect(refused.code == 1 && refused.errors.contains("error_string"))
    }

    @Test(
        "How long and why have to be said",
        arguments: [
            ["--for", "2h"], ["--reason", "x"], ["--for", "0s", "--reason", "x"], ["--for", "31d", "--reason", "x"],
            ["--for", "2h", "--reason", " "], ["--for", "soon", "--reason", "x"],
            ["--for", "2h", "--reason", "x", "--by", ""],
        ])
    func usage(arguments: [String]) async throws {
        #expect(try await WarrenProgram.run(["suspend", "--state", "/nonexistent/state"] + arguments).code == 64)
    }
}
