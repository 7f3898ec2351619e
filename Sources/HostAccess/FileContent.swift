import ClusterModel
import Glibc
import SystemPackage

/// What the system says about a path.
public struct FileStatus: Sendable {
    public enum Form: Sendable { case regular, directory, other }

    public let form: Form
    public let size: Int
    public let mode: UInt32
    public let owner: FileOwner
    /// Another one after every change of the file.
    public let stamp: Stamp
    /// When its content was last changed, as its owner may set it to what they like.
    public let modifiedAt: Timestamp
    /// When anything of it was last changed, by the system's clock.
    public let changedAt: Timestamp

    public struct Stamp: Hashable, Sendable {
        let inode: UInt
        let size: Int
        let changedAt: [Int]
    }

    /// The status of what `path` leads to, symbolic links followed.
    public init(_ path: String) throws(FileFailure) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileFailure(path, "be found", errno) }
        self.init(status)
    }

    init(_ status: stat) {
        form =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            default: .other
            }
        size = Int(status.st_size)
        mode = status.st_mode & 0o7777
        owner = FileOwner(uid: status.st_uid, gid: status.st_gid)
        modifiedAt = Timestamp(status.st_mtim)
        changedAt = Timestamp(status.st_ctim)
        stamp = Stamp(
            inode: UInt(status.st_ino), size: Int(status.st_size),
            changedAt: [status.st_ctim.tv_sec, status.st_ctim.tv_nsec])
    }
}

extension Timestamp {
    fileprivate init(_ time: timespec) {
        self.init(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

/// Reading whole files.
public enum FileContent {
    /// The bytes of a file, at most `limit` of them; a longer file is refused with `EFBIG`.
    public static func read(_ path: String, limit: Int = 64 << 20) throws(FileFailure) -> [UInt8] {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard number >= 0 else { throw FileFailure(path, "be opened", errno) }
        defer { close(number) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = Glibc.read(number, &chunk, chunk.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileFailure(path, "be read", errno)
            }
            if count == 0 { return bytes }
            guard bytes.count + count <= limit else { throw FileFailure(path, "be read", EFBIG) }
            bytes += chunk[..<count]
        }
    }
}

extension FileContent {
    /// The last bytes of a file, at most `count` of them.
    public static func end(of path: String, _ count: Int) throws(FileFailure) -> [UInt8] {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard number >= 0 else { throw FileFailure(path, "be opened", errno) }
        defer { close(number) }
        let start = max(0, lseek(number, 0, SEEK_END) - off_t(count))
        var bytes = [UInt8](repeating: 0, count: count)
        let read = pread(number, &bytes, count, start)
        guard read >= 0 else { throw FileFailure(path, "be read", errno) }
        return Array(bytes[..<read])
    }
}

/// Directories: their names, and making them.
public enum Directory {
    /// The names in a directory, `.` and `..` left out, in the order of their bytes.
    public static func names(_ path: String) throws(FileFailure) -> [String] {
        guard let stream = opendir(path) else { throw FileFailure(path, "be listed", errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted { $0.precedes($1) }
    }

    /// Makes the directory, and those above it, where missing; then gives it this mode and owner.
    public static func make(_ path: String, mode: UInt32, owner: FileOwner? = nil) throws(FileFailure) {
        for parent in parents(of: path) where mkdir(parent, 0o755) != 0 && errno != EEXIST {
            throw FileFailure(parent, "be created", errno)
        }
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw FileFailure(path, "be created", errno) }
        guard chmod(path, mode) == 0 else { throw FileFailure(path, "get its mode", errno) }
        if let owner, chown(path, owner.uid, owner.gid) != 0 { throw FileFailure(path, "get its owner", errno) }
    }

    /// Makes one directory that was not there; with `EEXIST` it was. Of several that try, one succeeds.
    public static func makeNew(_ path: String, mode: UInt32) throws(FileFailure) {
        guard mkdir(path, mode) == 0 else { throw FileFailure(path, "be created", errno) }
    }

    /// Removes an empty directory.
    public static func remove(_ path: String) throws(FileFailure) {
        guard rmdir(path) == 0 else { throw FileFailure(path, "be removed", errno) }
    }

    private static func parents(of path: String) -> [String] {
        let parts = path.split(separator: "/").dropLast()
        return parts.indices.map { "/" + parts[...$0].joined(separator: "/") }
    }
}

extension String {
    /// The directory that the path is in.
    public var directoryOfPath: String {
        guard let slash = lastIndex(of: "/") else { return "." }
        return slash == startIndex ? "/" : String(self[..<slash])
    }
}
