import ClusterModel
import Foundation

/// The database as a file: its folder, its mode, and moving it aside.
///
/// An existing database is never opened here: closing any descriptor of a file drops the locks that SQLite holds
/// on it in the same process.
struct StateFile {
    let path: String

    init(_ path: String) { self.path = path }

    /// What SQLite is given. A relative path starting with `file:` would be taken for a URI.
    var databasePath: String { path.hasPrefix("/") ? path : "./\(path)" }

    private var folder: String {
        let parent = (path as NSString).deletingLastPathComponent
        return parent.isEmpty ? "." : parent
    }

    enum Presence { case created, empty, filled }

    /// Makes sure that a private file is there that can be written to: the folder 0700, the file 0600.
    func prepareForWriting() throws(StateStoreError) -> Presence {
        try createFolders(folder)
        let descriptor = Foundation.open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            close(descriptor)
            return .created
        }
        guard errno == EEXIST else { throw error(errno) }
        let status = try regularFile()
        if status.st_mode & 0o077 != 0, chmod(path, status.st_mode & 0o700) != 0 {
            let isOurs = geteuid() == 0 || geteuid() == status.st_uid
            throw error(isOurs ? errno : EACCES)
        }
        for needed in [path, folder] where access(needed, W_OK) != 0 { throw error(errno) }
        return status.st_size == 0 ? .empty : .filled
    }

    /// Makes sure that there is something to read, and creates nothing.
    func checkReadable() throws(StateStoreError) {
        let status = try regularFile()
        guard access(path, R_OK) == 0 else { throw error(errno) }
        guard status.st_size > 0 else {
            throw StateStoreError(.older, path: path, "is empty; start the agent, which sets it up")
        }
    }

    private func regularFile() throws(StateStoreError) -> stat {
        var status = stat()
        guard stat(path, &status) == 0 else { throw error(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StateStoreError(.foreign, path: path, "is no regular file; name another path for the state")
        }
        return status
    }

    private func createFolders(_ folder: String) throws(StateStoreError) {
        if mkdir(folder, 0o700) == 0 || errno == EEXIST { return }
        let parent = (folder as NSString).deletingLastPathComponent
        guard errno == ENOENT, !parent.isEmpty, parent != folder else { throw error(errno) }
        try createFolders(parent)
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw error(errno) }
    }

    /// Renames the database, and gives its new path. Its journal goes first: left behind, SQLite would
    /// play it into the database that takes the place.
    func moveAside(at now: Timestamp) throws(StateStoreError) -> String {
        var moment = now.milliseconds
        while access("\(path).corrupt-\(moment)", F_OK) == 0 { moment += 1 }
        let target = "\(path).corrupt-\(moment)"
        for suffix in ["-journal", "-wal", "-shm", ""] where rename(path + suffix, target + suffix) != 0 {
            guard errno == ENOENT, !suffix.isEmpty else { throw error(errno) }
        }
        return target
    }

    /// What stands in the way where SQLite only says that it cannot open or write the file; nil if nothing is seen.
    var obstacle: StateStoreError? {
        for needed in [folder, path] where access(needed, R_OK | W_OK) != 0 { return error(errno) }
        var space = statvfs()
        if statvfs(folder, &space) == 0, space.f_bavail == 0 { return error(ENOSPC) }
        return nil
    }

    private func error(_ number: Int32) -> StateStoreError {
        switch number {
        case ENOENT: StateStoreError(.missing, path: path, "is not there; start the agent, which creates it")
        case ENOTDIR: StateStoreError(.missing, path: path, "cannot be there: a part of the path is no folder")
        case EROFS, EPERM: StateStoreError(.readOnly, path: path, Advice.readOnly)
        case EACCES: StateStoreError(.denied, path: path, Advice.denied)
        case ENOSPC, EDQUOT: StateStoreError(.full, path: path, Advice.full)
        default: StateStoreError(.failed, path: path, String(cString: strerror(number)))
        }
    }
}
