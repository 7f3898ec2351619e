import Foundation
import Glibc
import HostAccess

extension Laboratory {
    /// Removes a lab, and whatever an interrupted start or removal of it left: all is found by the lab's name, on the
    /// machine as it is now, and nothing by what was written down.
    public func down(_ name: LabName) async throws {
        try check([.ip, .umount, .rm])
        let layout = site.layout(of: name)
        guard (try? FileStatus(layout.directory)) != nil || !Self.namespaces(of: name).isEmpty else {
            throw LabFailure.unknown(name)
        }
        let lock = (try? FileStatus(layout.directory)) == nil ? nil : try await lock(layout)
        defer { withExtendedLifetime(lock) {} }
        try await runner.step(nil, "lab \(name) removed") { try await remove(layout) }
    }

    /// In the reverse order of making: processes, network, disks, control groups, files.
    func remove(_ layout: LabLayout) async throws {
        try await endProcesses(layout)
        for namespace in Self.namespaces(of: layout.lab) {
            try await runner.run(NetworkCommands.remove(namespace), "Removing the network")
        }
        for point in try MountTable.current().points(below: layout.directory) {
            try await runner.run(LabTool.umount.call([point]), "Unmounting \(point)")
        }
        try ControlGroups.detect().remove(layout.lab)
        let files = [layout.clientFiles] + Self.leftovers(of: layout.lab) + [layout.directory]
        try await runner.run(
            LabTool.rm.call(["--recursive", "--force", "--one-file-system"] + files, within: .seconds(300)),
            "Removing \(layout.directory)")
    }

    /// What systemd-nspawn leaves where it is killed.
    private static func leftovers(of lab: LabName) -> [String] {
        ["/run/systemd/nspawn/propagate", "/run/systemd/nspawn/unix-export"].flatMap { directory in
            ((try? Directory.names(directory)) ?? []).filter(lab.owns(machine:)).map { directory + "/" + $0 }
        }
    }

    static func namespaces(of lab: LabName) -> [String] {
        // The hub last: the wires of the others end there.
        ((try? Directory.names("/run/netns")) ?? []).filter(lab.owns(namespace:)).sorted { $0.count > $1.count }
    }

    /// Ends the hosts, then whatever else is in their groups or in the lab's network.
    private func endProcesses(_ layout: LabLayout) async throws {
        let groups = try ControlGroups.detect()
        let hosts = (try? Directory.names(layout.hosts)) ?? []
        let supervisors = hosts.compactMap { ProcessRecord(layout.host($0).process).running() }
        for supervisor in supervisors {
            // A host without its first process ends in order; its supervisor alone would leave its traces.
            let leaders = ProcessTable.children(of: supervisor.pid).filter { ProcessTable.isInit($0.pid) }
            for process in leaders.isEmpty ? [supervisor] : leaders { process.signal(SIGKILL) }
        }
        let patience = ContinuousClock.now + .seconds(5)
        try await reached("The end of all processes of the lab \(layout.lab)", within: .seconds(30)) {
            for supervisor in supervisors { supervisor.collect() }
            var left = groups.processes(layout.lab).union(supervisors.filter(\.isRunning))
            for namespace in Self.namespaces(of: layout.lab) { left.formUnion(await members(of: namespace)) }
            for process in left where ContinuousClock.now > patience || !supervisors.contains(process) {
                process.signal(SIGKILL)
            }
            return left.isEmpty
        }
    }

    /// None where the namespace was never finished.
    private func members(of namespace: String) async -> [SeenProcess] {
        let text = (try? await runner.runner.run(LabTool.ip.call(["netns", "pids", namespace])))?.stdout ?? ""
        return text.split(whereSeparator: \.isNewline).compactMap { Int32($0).flatMap { SeenProcess(pid: $0) } }
    }
}
