import ClusterModel
import Foundation
import HostAccess
import Lab
import ManifestLoading

/// A lab of one test: the hosts of a manifest as real systems. It needs root.
///
/// Its name tells which test process it belongs to, so that a later run removes what a killed one left; labs that are
/// up when the process ends are removed then.
public struct TestLab: Sendable {
    public let name: LabName
    public let laboratory: Laboratory
    public let plan: LabPlan

    /// Boots all hosts of a manifest; returns when each is up and has its packages.
    ///
    /// - Parameters:
    ///   - manifest: the path of a manifest.
    ///   - packages: Debian packages that every host gets. `warren.service` is started where one brings it.
    ///   - other: a lab whose hosts these are to reach.
    public static func up(
        manifest: String, debian: DebianRelease = .twelve, packages: [String] = [], joining other: TestLab? = nil
    ) async throws -> TestLab {
        await TestLabs.shared.removeAbandoned()
        let contents = try LabContents(manifestAt: manifest, packages: packages) {
            ManifestLoader.load([$0]).manifest
        }
        let plan = try LabPlan(
            name: TestLabs.newName(), release: debian, manifest: contents.manifest, joining: other?.plan)
        let laboratory = Laboratory()
        TestLabs.add(plan.name)
        try await laboratory.up(plan, contents)
        return TestLab(name: plan.name, laboratory: laboratory, plan: plan)
    }

    /// Boots a lab for `body` and removes it afterwards, also where `body` throws.
    public static func with<Value>(
        manifest: String, debian: DebianRelease = .twelve, packages: [String] = [],
        _ body: (TestLab) async throws -> Value
    ) async throws -> Value {
        let lab = try await up(manifest: manifest, debian: debian, packages: packages)
        do {
            let value = try await body(lab)
            try await lab.down()
            return value
        } catch {
            try? await lab.down()
            throw error
        }
    }

    /// Runs a command on a host, or on this machine in the lab's network as `client`. A failed one is a result.
    @discardableResult
    public func exec(
        _ host: String, _ command: [String], input: String? = nil, within deadline: Duration = .seconds(60)
    ) async throws -> ProgramRun {
        let result = try await laboratory.exec(
            host, command, in: laboratory.record(name), input: input.map { Array($0.utf8) }, within: deadline)
        return ProgramRun(result)
    }

    /// Runs a command that has to succeed, and returns what it printed.
    @discardableResult
    public func output(_ host: String, _ command: String..., within deadline: Duration = .seconds(60)) async throws
        -> String
    {
        let run = try await exec(host, command, within: deadline)
        guard run.status.isSuccess else {
            throw TestFailure("\(command) on \(host) \(run.status): \(run.output)\(run.errors)")
        }
        return run.output
    }

    /// Waits until `condition` holds; past the deadline it throws with `sentence`, which says what was waited for.
    public func waitUntil(
        _ sentence: String, within deadline: Duration = .seconds(30), _ condition: () async throws -> Bool
    ) async throws {
        guard try await eventually(within: deadline, condition) else {
            throw TestFailure("not so within \(deadline): \(sentence)")
        }
    }

    public func status() throws -> LabStatus { try laboratory.status(name) }

    /// Removes the lab with all that belongs to it.
    public func down() async throws {
        try await laboratory.down(name)
        TestLabs.forget(name)
    }
}
