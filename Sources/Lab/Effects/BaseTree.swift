import Foundation
import HostAccess

/// The tree that all hosts of a release are made from. It is made once and never changed, as the disks of hosts lie
/// over it.
struct BaseTree {
    let recipe: TreeRecipe
    let site: LabSite
    let runner: LabRunner
    /// The archive, where the user named one.
    let archive: String?

    var path: String { "\(site.cache)/\(recipe.name)" }
    private var partial: String { path + ".partial" }
    var isThere: Bool { (try? FileStatus(path)) != nil }

    /// Makes the tree unless it is there. One process makes it, others wait for that one.
    func make() async throws {
        if isThere { return }
        try Directory.make(site.cache, mode: 0o755)
        let lock = try await lock()
        defer { withExtendedLifetime(lock) {} }
        if isThere { return }
        let archive = try archive ?? Self.archive(of: recipe.release.suite)
        try await clear()
        do {
            let notice = "making a tree of \(recipe.release), once; this takes a minute or two"
            runner.report(LabStep(host: nil, what: notice, duration: nil))
            try await runner.step(nil, "base tree of \(recipe.release) made at \(path)") {
                try await fill(from: archive)
                guard rename(partial, path) == 0 else { throw FileFailure(path, "be created", errno) }
            }
        } catch {
            // A cancelled task runs no process any more.
            await Task { try? await clear() }.value
            throw error
        }
    }

    private func lock() async throws -> FileLock {
        try await found("The end of another warren's work on the tree \(path)", within: .seconds(1800)) {
            try FileLock(path + ".lock")
        }
    }

    private func fill(from archive: String) async throws {
        let call = recipe.debootstrap(into: partial, from: archive, environment: Self.proxies)
        try await runner.run(call, "Making a tree of \(recipe.release)")
        let files = FileManager.default
        for path in TreeRecipe.removed { try? files.removeItem(atPath: partial + "/" + path) }
        for path in TreeRecipe.emptied { try AtomicFile.write([], to: partial + "/" + path) }
        for path in ["var/cache/apt/archives/partial", "var/lib/apt/lists/partial"] {
            try Directory.make(partial + "/" + path, mode: 0o755)
        }
        // The broker's own logs, which its account writes.
        let owner = (try? FileStatus(partial + "/var/lib/rabbitmq"))?.owner
        try Directory.make(partial + "/var/log/rabbitmq", mode: 0o750, owner: owner)
        try disableUnits()
    }

    /// Takes away the links by which the system would start them; they stay units that can be started.
    private func disableUnits() throws {
        let system = partial + "/etc/systemd/system"
        for directory in try Directory.names(system) where directory.hasSuffix(".wants") {
            for unit in try Directory.names("\(system)/\(directory)")
            where TreeRecipe.disabledUnits.contains(where: unit.hasPrefix) {
                try AtomicFile.remove("\(system)/\(directory)/\(unit)")
            }
        }
    }

    /// Removes what an interrupted attempt left.
    private func clear() async throws {
        for point in try MountTable.current().points(below: partial) {
            try await runner.run(LabTool.umount.call([point]), "Removing \(partial)")
        }
        try await runner.run(
            LabTool.rm.call(["--recursive", "--force", "--one-file-system", partial], within: .seconds(120)),
            "Removing \(partial)")
    }

    /// The archive that this machine's own Debian comes from, or one that has the suite.
    private static func archive(of suite: String) throws -> String {
        let apt = "/etc/apt"
        func texts(_ folder: String, _ ending: String) -> [String] {
            ((try? Directory.names(folder)) ?? []).filter { $0.hasSuffix(ending) }.compactMap {
                text(folder + "/" + $0)
            }
        }
        let lists = [text(apt + "/sources.list")].compactMap { $0 } + texts(apt + "/sources.list.d", ".list")
        let sources = AptSources(deb822: texts(apt + "/sources.list.d", ".sources"), lists: lists)
        let release = text("/etc/os-release") ?? ""
        let codename = release.split(separator: "\n").first { $0.hasPrefix("VERSION_CODENAME=") }
        let isDebian = release.split(separator: "\n").contains("ID=debian")
        let own = isDebian ? codename.map { String($0.dropFirst("VERSION_CODENAME=".count)) } : nil
        guard let found = sources.archive(of: suite, machine: own) else {
            throw LabFailure.refused(
                "No apt source of this machine has Debian's \(suite). Name an archive of Debian with --mirror URL.")
        }
        return found
    }

    private static func text(_ path: String) -> String? {
        (try? FileContent.read(path)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// How this machine reaches archives.
    private static var proxies: [String: String] {
        ProcessInfo.processInfo.environment.filter { $0.key.lowercased().hasSuffix("_proxy") }
    }
}
