import ClusterModel
import HostAccess

/// The control groups of labs: one for each host, so that systems do not take each other's for their own, and so that
/// nothing of a host can hide.
public struct ControlGroups: Sendable, Hashable {
    /// Where the hierarchies are mounted in which systemd keeps its processes.
    let roots: [String]

    /// What this machine has; a refusal where it has none.
    public static func detect() throws -> ControlGroups {
        guard let found = ControlGroups(try MountTable.current()) else {
            throw LabFailure.refused("This machine has no control groups at /sys/fs/cgroup, and systemd needs them.")
        }
        return found
    }

    init?(_ mounts: MountTable) {
        let unified = mounts.entries.filter { $0.type == "cgroup2" }.map(\.point)
        let named = mounts.entries.filter { $0.type == "cgroup" && $0.options.contains("name=systemd") }.map(\.point)
        roots = [named.first, unified.first].compactMap { $0 }
        if roots.isEmpty { return nil }
    }

    private func directories(_ lab: LabName, _ host: String? = nil) -> [String] {
        roots.map { "\($0)/\(lab.hub)" + (host.map { "/" + $0 } ?? "") }
    }

    /// Moves a process into the group of its host.
    func add(_ process: SeenProcess, to host: String, of lab: LabName) throws(FileFailure) {
        for directory in directories(lab, host) {
            try Directory.make(directory, mode: 0o755)
            try KernelFile.write("\(process.pid)\n", to: directory + "/cgroup.procs")
        }
    }

    /// All that runs on a host, or in the whole lab.
    func processes(_ lab: LabName, host: String? = nil) -> Set<SeenProcess> {
        Set(directories(lab, host).flatMap { Self.processes(below: $0) })
    }

    /// All that belongs to a unit of a host's system.
    func processes(ofUnit unit: String, on host: String, of lab: LabName) -> Set<SeenProcess> {
        let groups = directories(lab, host).flatMap { Self.groups(below: $0) }
        return Set(groups.filter { $0.hasSuffix("/" + unit) }.flatMap { Self.processes(below: $0) })
    }

    /// Removes the groups of a lab; they hold no process any more.
    func remove(_ lab: LabName, host: String? = nil) throws(FileFailure) {
        for directory in directories(lab, host) {
            for group in Self.groups(below: directory).reversed() {
                do throws(FileFailure) { try Directory.remove(group) } catch  where error.isMissing { continue }
            }
        }
    }

    /// The group and all below it, each before those that are in it.
    private static func groups(below directory: String) -> [String] {
        guard let names = try? Directory.names(directory) else { return [] }
        let inner = names.map { directory + "/" + $0 }.filter { (try? FileStatus($0))?.form == .directory }
        return [directory] + inner.flatMap(groups)
    }

    private static func processes(below directory: String) -> [SeenProcess] {
        groups(below: directory).flatMap { group in
            let bytes = (try? FileContent.read(group + "/cgroup.procs")) ?? []
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { line in
                Int32(line).flatMap { SeenProcess(pid: $0) }
            }
        }
    }
}
