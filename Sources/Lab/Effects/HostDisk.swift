import Foundation
import HostAccess

/// The disk of one host: what the host wrote, over the tree that all share.
struct HostDisk {
    let plan: LabPlan
    let host: LabHost
    let lab: LabLayout
    let base: String
    let runner: LabRunner

    private var layout: HostLayout { lab.host(host.name) }
    private var isMounted: Bool { (try? MountTable.current().points(below: layout.root).isEmpty) == false }

    func mount() async throws {
        guard !isMounted else { return }
        for directory in [layout.upper, layout.work, layout.root] { try Directory.make(directory, mode: 0o755) }
        let call = HostCommands(plan: plan, host: host, layout: layout).mount(over: base)
        try await runner.run(call, "Mounting the disk of \(host.name)")
    }

    func unmount() async throws {
        for point in try MountTable.current().points(below: layout.root) {
            try await runner.run(LabTool.umount.call([point]), "Unmounting the disk of \(host.name)")
        }
    }

    /// Forgets all that the host wrote: a new machine.
    func erase() async throws {
        try await unmount()
        try await runner.run(
            LabTool.rm.call(
                ["--recursive", "--force", "--one-file-system", layout.upper, layout.work], within: .seconds(120)),
            "Erasing the disk of \(host.name)")
    }

    /// Writes what makes a new disk this host's: its name, its peers, its manifest and all that the manifest names.
    func prepare() throws {
        var random = SystemRandomNumberGenerator()
        try write(Array("\(host.name)\n".utf8), to: "/etc/hostname", mode: 0o644)
        try write(Array(HostIdentity.hostsFile(plan).utf8), to: "/etc/hosts", mode: 0o644)
        try write(Array(HostIdentity.machineID(using: &random).utf8), to: "/etc/machine-id", mode: 0o444)
        for path in try FileManager.default.subpathsOfDirectory(atPath: lab.files).sorted() {
            let status = try FileStatus("\(lab.files)/\(path)")
            guard status.form == .regular else { continue }
            try write(FileContent.read("\(lab.files)/\(path)"), to: "/" + path, mode: status.mode)
        }
    }

    /// What a host has there is gone when it boots.
    private static let inMemory = ["/run/", "/dev/", "/proc/", "/sys/", "/tmp/"]

    /// A link in the tree leads to another place on this machine than on the host, so that none is followed out.
    private func write(_ bytes: [UInt8], to path: String, mode: UInt32) throws {
        let directory = path.directoryOfPath
        let existing = FileAccess.existingDirectory(above: layout.root + path)
        guard let real = realpath(existing, nil) else { throw FileFailure(existing, "be found", errno) }
        defer { free(real) }
        let place = String(cString: real)
        let isOnDisk = place == layout.root || place.hasPrefix(layout.root + "/")
        guard isOnDisk, !Self.inMemory.contains(where: path.hasPrefix) else {
            throw LabFailure.refused(
                "The manifest names the file \(path), which is on no disk of a host. Name one below /etc/warren.")
        }
        if existing != layout.root + directory {
            try Directory.make(layout.root + directory, mode: mode & 0o077 == 0 ? 0o700 : 0o755)
        }
        try AtomicFile.write(bytes, to: layout.root + path, mode: mode)
    }
}
