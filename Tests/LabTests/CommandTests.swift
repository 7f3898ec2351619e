import HostAccess
import Testing

@testable import Lab

@Suite struct LabCommandTests {
    @Test("nothing of a lab's network is made outside of its own namespaces")
    func networkIsInside() throws {
        let plan = try LabManifest.plan()
        let commands = NetworkCommands(plan: plan)
        let all =
            commands.makeHub() + plan.hosts.flatMap { commands.attach($0.port) + [commands.connect($0.port, true)] }
        for call in all {
            let inside = call.arguments.starts(with: ["netns", "add"]) || call.arguments.first == "-n"
            #expect(inside, "\(call.arguments)")
            #expect(plan.name.owns(namespace: call.arguments[call.arguments[0] == "-n" ? 1 : 2]))
        }
    }

    @Test("lo is up before anything of a host's network is made")
    func loopback() throws {
        let plan = try LabManifest.plan()
        let calls = NetworkCommands(plan: plan).attach(plan.hosts[0].port)
        #expect(calls[1].arguments == ["-n", "warren-test.one", "link", "set", "lo", "up"])
    }

    @Test("a host keeps its hardware address, and no other host has it")
    func hardware() throws {
        let plan = try LabManifest.plan()
        #expect(NetworkCommands.hardwareAddress(of: plan.hosts[0].port) == "02:00:0a:63:00:0b")
        #expect(NetworkCommands.hardwareAddress(of: plan.hosts[1].port) == "02:00:0a:63:00:0c")
    }

    @Test("two hosts are parted in both directions, and mending leaves no rule")
    func pairs() throws {
        let commands = NetworkCommands(plan: try LabManifest.plan())
        let cut = try commands.separate([HostPair("two", "one")])
        let rules = String(decoding: cut.standardInput ?? [], as: UTF8.self)
        #expect(rules.contains("iifname \"host1\" oifname \"host2\" drop"))
        #expect(rules.contains("iifname \"host2\" oifname \"host1\" drop"))
        let mended = String(decoding: try commands.separate([]).standardInput ?? [], as: UTF8.self)
        #expect(mended.contains("flush chain") && !mended.contains("drop"))
    }

    @Test("every release gets control groups of version 2, on which systemd learns at once that a unit is empty")
    func controlGroups() throws {
        for release in DebianRelease.allCases {
            let plan = try LabPlan(name: LabName("test"), release: release, manifest: LabManifest.load(LabManifest.two))
            let host = plan.hosts[0]
            let layout = LabSite().layout(of: plan.name).host(host.name)
            let call = HostCommands(plan: plan, host: host, layout: layout).boot(packages: "/p")
            #expect(call.environment["SYSTEMD_NSPAWN_UNIFIED_HIERARCHY"] == "1")
            #expect(call.executable == "/usr/bin/flock")
        }
    }

    @Test("the machine's control groups are told from its mounts")
    func hierarchies() {
        let split = """
            30 20 0:25 / /sys/fs/cgroup rw - tmpfs tmpfs rw
            31 30 0:26 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
            32 30 0:27 / /sys/fs/cgroup/systemd rw shared:9 - cgroup cgroup rw,name=systemd
            33 30 0:28 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw
            """
        let found = ControlGroups(MountTable(split))
        #expect(found?.roots == ["/sys/fs/cgroup/systemd", "/sys/fs/cgroup/unified"])
        let unified = ControlGroups(MountTable("30 20 0:25 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate"))
        #expect(unified?.roots == ["/sys/fs/cgroup"])
        #expect(ControlGroups(MountTable("")) == nil)
    }

    @Test("a command on a host has the host's environment and nothing of this machine's")
    func environment() {
        let call = HostCommands.enter(leader: 7, ["id"], within: .seconds(1))
        #expect(call.arguments.suffix(2) == ["--", "id"])
        #expect(call.environment["HOME"] == "/root")
        #expect(call.environment["TERM"] == nil)
    }

    @Test("services have short names, and units their own")
    func services() {
        #expect(LabService.unit("rabbitmq") == "rabbitmq-server.service")
        #expect(LabService.unit("haproxy") == "haproxy.service")
        #expect(LabService.unit("epmd.socket") == "epmd.socket")
    }

    @Test("a failure says what was waited for, how long, and how the output ended")
    func failures() {
        let lines = (1...30).map { "line \($0)\n" }.joined()
        let text = LabFailure.notReached("The boot of mq1", within: .seconds(120), output: lines).description
        #expect(text.hasPrefix("The boot of mq1 did not happen within 120 s:\n  line 11\n"))
        #expect(text.hasSuffix("  line 30"))
        #expect(LabFailure.failed("Mounting", output: "").description == "Mounting failed.")
        #expect(LabFailure.missingPackages(["a", "b"]).description.hasSuffix("apt install a b"))
    }

    @Test("another recipe makes another tree")
    func trees() {
        let names = DebianRelease.allCases.map { TreeRecipe($0).name }
        #expect(Set(names).count == 3)
        #expect(names[0].wholeMatch(of: /bookworm-lab-[0-9a-f]{8}/) != nil)
    }
}
