import ClusterModel
import Foundation
import HostAccess
import Providers
import TestSupport
import Testing

extension RealBrokers {
    @Suite struct Program {
        @Test("Each way in which a real broker can't be read is told apart, and nothing is inferred from it")
        func unreadable() async throws {
            let program = try ProgramOnBroker()
            try program.scratch.write("PROGRAMCOOKIE", to: "cookie", mode: 0o600)
            try program.declare(
                "  policies: [{ name: p, vhost: /, pattern: ^, applyTo: queues, definition: { max-length: 5 } }]")
            let down = try await program.run("plan")
            #expect(down.code == 1, "\(down)")
            #expect(down.output.contains("the Erlang cookie file can't be used: Failed to create cookie file"))
            async let starting = program.run("start")
            var seen: [ProgramRun] = []
            while seen.last?.code != 2, seen.count < 100 { seen.append(try await program.run("plan")) }
            let start = try await starting
            #expect(start.code == 0, "\(start)")
            for plan in seen.dropLast() {
                #expect(plan.code == 1, "a node on its way up: \(plan)")
                #expect(plan.output.contains("unknown: "), "\(plan)")
            }
            #expect(try await program.run("plan").code == 2)
            let apply = try await program.run("apply")
            #expect(apply.code == 0, "\(apply)")
            #expect(try await program.run("plan").code == 0)

            try await wrongCookie(program)
            try await stoppedApplication(program)

            let stop = try await program.run("stop")
            #expect(stop.code == 0, "\(stop)")
            let gone = try await program.run("plan")
            #expect(gone.code == 1, "\(gone)")
            #expect(gone.output.contains("not running"))
            #expect(try await program.run("status").output.contains("observed "))
            #expect(try await program.run("drift").code == 0)
            #expect(try await program.run("history").code == 0)
        }

        private func wrongCookie(_ program: ProgramOnBroker) async throws {
            let path = program.broker + "/home/.erlang.cookie"
            let owner = try FileStatus(path).owner
            try AtomicFile.write(Array("ANOTHERCOOKIE".utf8), to: path, mode: 0o400, owner: owner)
            for command in ["plan", "apply"] {
                let run = try await program.run(command)
                #expect(run.code == 1, "\(run)")
                #expect(run.output.contains("the node runs and refused the connection; the Erlang cookie"))
                #expect(!(run.output + run.errors).contains("COOKIE"))
            }
            try AtomicFile.write(Array("PROGRAMCOOKIE".utf8), to: path, mode: 0o644, owner: owner)
            let open = try await program.run("plan")
            #expect(open.code == 1, "\(open)")
            #expect(
                open.output.contains(
                    "the Erlang cookie file can't be used: Cookie file \(path) must be accessible by owner only"))
            try AtomicFile.write(Array("PROGRAMCOOKIE".utf8), to: path, mode: 0o400, owner: owner)
            #expect(try await program.run("plan").code == 0)
        }

        private func stoppedApplication(_ program: ProgramOnBroker) async throws {
            #expect(try await program.control("stop_app").code == 0)
            let stopped = try await program.run("apply")
            #expect(stopped.code == 1, "\(stopped)")
            #expect(stopped.output.contains("its rabbit application is stopped"))
            let status = try await program.run("status")
            #expect(status.code == 1)
            #expect(status.output.contains("its rabbit application is stopped"))
            #expect(try await program.control("start_app").code == 0)
            #expect(try await program.run("plan").code == 0)
        }
    }
}
