import ClusterModel
import Foundation
import HostAccess
import Lab
import TestSupport
import Testing

/// What a lab leaves on the machine: nothing, whatever became of it.
extension LabHosts {
    @Test("a lab that was taken down leaves no process, namespace, mount, control group or file")
    func down() async throws {
        let name = try await run { lab in
            try await lab.laboratory.cut(["one"], in: lab.name)
            try await lab.laboratory.powerOff(["two"], in: lab.name)
            #expect(try !Traces(of: lab.name).isEmpty)
            return lab.name
        }
        try Traces(of: name).expectNone()
        #expect(throws: LabFailure.unknown(name)) { try Laboratory().status(name) }
        await #expect(throws: LabFailure.unknown(name)) { try await Laboratory().down(name) }
    }

    @Test("a start that fails half-way leaves nothing and says what failed")
    func failedStart() async throws {
        let scratch = try ScratchDirectory("lab")
        let broken = try scratch.write("no package\n", to: "broken.deb")
        let contents = try LabContents(
            manifestAt: scratch.write(LabManifest.two, to: "manifest.yaml"), packages: [broken],
            load: { try? LabManifest.load(String(decoding: $0.bytes, as: UTF8.self)) })
        let name = try LabName("broken-\(getpid())")
        let plan = try LabPlan(name: name, release: .twelve, manifest: contents.manifest)
        let failure = await #expect(throws: LabFailure.self) { try await Laboratory().up(plan, contents) }
        #expect(failure?.description.contains("Installing broken.deb on") == true, "\(String(describing: failure))")
        try Traces(of: name).expectNone()
    }

    @Test("a start that is killed leaves a lab that down removes", arguments: [SIGKILL, SIGINT])
    func killedStart(signal: Int32) async throws {
        let scratch = try ScratchDirectory("lab")
        try scratch.write(LabManifest.two, to: "manifest.yaml")
        let name = try LabName("killed-\(getpid())")
        let process = try DetachedProcess.start(
            Invocation(
                executable: WarrenProgram.path.get(),
                arguments: ["lab", "up", "--name", name.description, "-f", scratch.path("manifest.yaml")],
                environment: WarrenProgram.environment, deadline: .seconds(60)), output: scratch.path("log"))
        #expect(await eventually { (try? FileStatus("/run/netns/\(name.hub).two")) != nil })
        process.signal(signal)
        #expect(
            await eventually {
                process.collect(); return !process.isRunning
            })
        if signal == SIGKILL {
            #expect(throws: LabFailure.incomplete(name)) { try Laboratory().status(name) }
            try await Laboratory().down(name)
        }
        try Traces(of: name).expectNone()
    }

    @Test("of two that make a lab of one name, one is refused and harms nothing")
    func race() async throws {
        let scratch = try ScratchDirectory("lab")
        try scratch.write(LabManifest.two, to: "manifest.yaml")
        let name = "race-\(getpid())"
        let arguments = ["lab", "up", "--name", name, "-f", "manifest.yaml"]
        async let one = WarrenProgram.run(arguments, directory: scratch.path)
        async let other = WarrenProgram.run(arguments, directory: scratch.path)
        let codes = try await [one.code, other.code]
        #expect(codes.contains(0) && codes.contains(1), "\(codes)")
        let status = try await WarrenProgram.run(["lab", "status", "--name", name, "--output", "json"]).json()
        #expect(status["hosts"]?.array?.map { $0["state"]?.string } == ["running", "running"])
        #expect(try await WarrenProgram.run(["lab", "down", "--name", name]).code == 0)
        try Traces(of: LabName(name)).expectNone()
    }

    @Test("warren lab exec becomes the command: its exit code and its outputs are warren's own")
    func program() async throws {
        _ = try await run { lab in
            let start = ["lab", "exec", "--name", lab.name.description]
            let run = try await WarrenProgram.run(start + ["one", "--", "sh", "-c", "echo out; echo err >&2; exit 7"])
            #expect(run.code == 7)
            #expect(run.output == "out\n")
            #expect(run.errors == "err\n")
            let client = try await WarrenProgram.run(start + ["client", "--", "getent", "hosts", "two"])
            #expect(client.output.hasPrefix("10.99.0.12"))
            return lab.name
        }
    }

    private func run(_ body: (TestLab) async throws -> LabName) async throws -> LabName {
        let scratch = try ScratchDirectory("lab")
        return try await TestLab.with(manifest: scratch.write(LabManifest.two, to: "manifest.yaml"), body)
    }
}

/// All that shows a lab's name on this machine.
struct Traces {
    let found: [String]
    var isEmpty: Bool { found.isEmpty }

    init(of name: LabName) throws {
        let hub = name.hub
        func names(_ directory: String) -> [String] {
            ((try? Directory.names(directory)) ?? []).filter {
                $0 == hub || $0.hasPrefix(hub + ".") || $0.hasPrefix(hub + "-")
            }
            .map { directory + "/" + $0 }
        }
        let site = LabSite().layout(of: name).directory
        let mounts = try MountTable.current().entries.map(\.point)
        let groups = mounts.filter { $0.hasPrefix("/sys/fs/cgroup") }.flatMap { names($0) }
        let processes = ProcessTable.entries().filter { entry in
            let bytes = (try? FileContent.read("/proc/\(entry.process.pid)/cmdline")) ?? []
            return String(decoding: bytes, as: UTF8.self).contains("machine=\(hub)-")
        }
        found =
            names("/run/netns") + names("/etc/netns") + names("/run/systemd/nspawn/propagate") + groups
            + mounts.filter { $0.hasPrefix(site + "/") }
            + [site].filter { (try? FileStatus($0)) != nil } + processes.map { "process \($0.process.pid)" }
    }

    func expectNone(_ place: SourceLocation = #_sourceLocation) {
        #expect(found == [], sourceLocation: place)
    }
}
