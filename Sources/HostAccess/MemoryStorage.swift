import Glibc

/// The directories of this machine that are kept in memory and never reach a disk.
public enum MemoryStorage {
    /// Where files that hold secrets go: `/run/warren` for root, `$XDG_RUNTIME_DIR` for others, and `/dev/shm`
    /// where that is not kept in memory.
    public static func directory() throws(FileFailure) -> String {
        var candidates: [String] = []
        if OSUser.isRoot {
            if isInMemory("/run") {
                // Others may pass through to a file that is handed to them, and may list nothing.
                try Directory.make("/run/warren", mode: 0o711)
                candidates.append("/run/warren")
            }
        } else if let runtime = getenv("XDG_RUNTIME_DIR") {
            candidates.append(String(cString: runtime))
        }
        candidates.append("/dev/shm")
        for candidate in candidates where isInMemory(candidate) { return candidate }
        throw FileFailure("/dev/shm", "be used for secrets, as it is not kept in memory", ENOTSUP)
    }

    /// Whether the file system of this directory is kept in memory.
    public static func isInMemory(_ path: String) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, let mounts = try? FileContent.read("/proc/self/mountinfo") else { return false }
        let device = deviceText(status.st_dev)
        return String(decoding: mounts, as: UTF8.self).split(separator: "\n").contains { line in
            // ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAGS] - TYPE SOURCE OPTIONS
            let fields = line.split(separator: " ")
            guard fields.count > 2, fields[2] == device, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
            else { return false }
            return fields[dash + 1] == "tmpfs" || fields[dash + 1] == "ramfs"
        }
    }

    /// `MAJOR:MINOR`, taken apart as glibc's macros do, which Swift's module of it leaves out.
    private static func deviceText(_ device: dev_t) -> String {
        let number = UInt64(device)
        let major = (number >> 8) & 0xFFF | (number >> 32) & ~0xFFF
        let minor = number & 0xFF | (number >> 12) & ~0xFF
        return "\(major):\(minor)"
    }
}
