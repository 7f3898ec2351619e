import ClusterModel
import Foundation
import Glibc
import HostAccess

/// The labs of this machine: makes them, changes them, removes them.
public struct Laboratory: Sendable {
    public let site: LabSite
    let runner: LabRunner

    /// - Parameter report: is told of every step that was done, from any task.
    public init(site: LabSite = LabSite(), report: @escaping @Sendable (LabStep) -> Void = { _ in }) {
        self.site = site
        runner = LabRunner(runner: ProcessRunner(concurrency: 64), report: report)
    }

    /// The labs that there is anything of, by name.
    public func names() -> [LabName] {
        ((try? Directory.names(site.directory)) ?? []).compactMap { try? LabName($0) }
    }

    /// A lab that is up.
    public func record(_ name: LabName) throws -> LabRecord {
        let record = try LabRecord.read(site.layout(of: name))
        guard record.phase == .running else { throw LabFailure.incomplete(name) }
        return record
    }

    /// Refuses where this process may neither make nor see a lab.
    public func requireRoot() throws(LabFailure) {
        guard OSUser.isRoot else { throw .needsRoot }
    }

    /// Refuses where the machine can't have a lab.
    func check(_ tools: some Sequence<LabTool>) throws {
        try requireRoot()
        let missing = Set(tools.filter { !FileStatus.isExecutable($0.rawValue) }.map(\.package))
        guard missing.isEmpty else { throw LabFailure.missingPackages(missing.sorted()) }
    }

    /// Held while a lab is changed, by one process at a time.
    func lock(_ layout: LabLayout) async throws -> FileLock {
        do {
            return try await found("", within: .seconds(20)) { try FileLock(layout.lock) }
        } catch let failure as FileFailure where failure.isMissing {
            throw LabFailure.unknown(layout.lab)
        } catch LabFailure.notReached {
            throw LabFailure.busy(layout.lab)
        }
    }

    /// Reads a lab, changes it, and lets nobody else change it meanwhile.
    func withRecord<Value>(_ name: LabName, _ body: (inout LabRecord) async throws -> Value) async throws -> Value {
        try check([])
        let layout = site.layout(of: name)
        _ = try LabRecord.read(layout)
        let lock = try await lock(layout)
        defer { withExtendedLifetime(lock) {} }
        var record = try record(name)
        return try await body(&record)
    }

    func power(_ host: LabHost, _ record: LabRecord) throws -> HostPower {
        HostPower(
            plan: record.plan, host: host, lab: site.layout(of: record.plan.name), groups: try .detect(), runner: runner
        )
    }

    func disk(_ host: LabHost, _ record: LabRecord) -> HostDisk {
        HostDisk(
            plan: record.plan, host: host, lab: site.layout(of: record.plan.name), base: record.base, runner: runner)
    }
}
