import ClusterModel
import Foundation
import HostAccess

extension Laboratory {
    /// Makes the tree that hosts of a release share, unless it is there, and returns its path.
    @discardableResult
    public func prepare(_ release: DebianRelease, mirror: String? = nil) async throws -> String {
        let tree = BaseTree(recipe: TreeRecipe(release), site: site, runner: runner, archive: mirror)
        try check(tree.isThere ? [] : [.debootstrap, .rm, .umount])
        try await tree.make()
        return tree.path
    }

    /// Boots all hosts of the plan, and returns when each is up and has its packages. Leaves nothing where it fails.
    @discardableResult
    public func up(_ plan: LabPlan, _ contents: LabContents, mirror: String? = nil) async throws -> LabRecord {
        try check(LabTool.allCases.filter { $0 != .debootstrap })
        _ = try ControlGroups.detect()
        let layout = site.layout(of: plan.name)
        if (try? FileStatus(layout.directory)) != nil {
            _ = try record(plan.name)
            throw LabFailure.exists(plan.name)
        }
        if let other = plan.joined, !isWired(other) { throw LabFailure.unknown(other) }
        let base = try await prepare(plan.release, mirror: mirror)
        let lock = try await claim(layout)
        defer { withExtendedLifetime(lock) {} }
        var record = LabRecord(
            plan: plan, phase: .starting, startedAt: SystemClock.now(), base: base, manifest: contents.path)
        do {
            try record.write(layout)
            try stage(contents, layout)
            try await makeNetwork(plan, layout)
            try await forEach(plan.hosts) { [record] host in try await self.boot(host, record) }
            record.phase = .running
            try record.write(layout)
        } catch {
            // A cancelled task runs no process any more.
            await Task { try? await self.remove(layout) }.value
            throw error
        }
        return record
    }

    /// The directory is the claim: of several that want the name one gets it.
    private func claim(_ layout: LabLayout) async throws -> FileLock {
        try Directory.make(site.directory, mode: 0o711)
        do {
            try Directory.makeNew(layout.directory, mode: 0o700)
        } catch  where error.isAlreadyThere {
            throw LabFailure.exists(layout.lab)
        }
        return try await lock(layout)
    }

    /// Keeps all that a host gets in the lab's directory, so that a replaced host gets the same.
    private func stage(_ contents: LabContents, _ layout: LabLayout) throws {
        var random = SystemRandomNumberGenerator()
        try Directory.make(layout.packages, mode: 0o755)
        try Directory.make(layout.files, mode: 0o755)
        func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws {
            try Directory.make((layout.files + path).directoryOfPath, mode: 0o755)
            try AtomicFile.write(bytes, to: layout.files + path, mode: mode)
        }
        try write(contents.file.bytes, to: HostManifest.path, mode: 0o644)
        for file in contents.references.files {
            let source = HostManifest.source(of: file.path, besides: contents.folder)
            let own = source.flatMap { try? FileContent.read($0) }
            try write(own ?? Array(file.form.invented(using: &random).utf8), to: file.path, mode: file.mode)
        }
        for (index, package) in contents.packages.enumerated() {
            let name = String(package.split(separator: "/").last ?? "")
            let number = String(index + 1)
            let place = "\(layout.packages)/\(String(repeating: "0", count: max(0, 3 - number.count)))\(number)-\(name)"
            try FileManager.default.copyItem(atPath: package, toPath: place)
        }
    }

    /// Also after this machine was started anew, when nothing is left of the network.
    func makeNetwork(_ plan: LabPlan, _ layout: LabLayout) async throws {
        guard !Self.namespaces(of: plan.name).contains(plan.name.hub) else { return }
        try await runner.step(nil, "network \(plan.network) made") {
            let commands = NetworkCommands(plan: plan)
            try await runner.run(commands.makeHub(), "Making the network")
            try await runner.run(commands.attach(plan.client), "Making the network")
            try await runner.run(commands.connect(plan.client, true), "Making the network")
            // After a restart of the machine the other lab may not be there yet.
            if let other = plan.joined, isWired(other) {
                try await runner.run(commands.join(other), "Joining the lab \(other)")
            }
            try Directory.make(layout.clientFiles, mode: 0o755)
            try AtomicFile.write(Array(HostIdentity.hostsFile(plan).utf8), to: layout.clientFiles + "/hosts")
        }
    }

    private func isWired(_ lab: LabName) -> Bool { Self.namespaces(of: lab).contains(lab.hub) }

    /// A new machine: a blank disk with the host's name, its first boot, and the installation of its packages.
    func boot(_ host: LabHost, _ record: LabRecord) async throws {
        try await runner.step(host.name, "booted") {
            let disk = disk(host, record)
            try await disk.mount()
            try disk.prepare()
            try await power(host, record).on(isConnected: !record.cut.contains(host.name))
        }
        try await install(host, record)
    }

    /// Does something to several hosts at the same time. The first failure ends the others.
    func forEach(_ hosts: [LabHost], _ body: @escaping @Sendable (LabHost) async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for host in hosts { group.addTask { try await body(host) } }
            try await group.waitForAll()
        }
    }
}
