import Glibc

/// Replaces files so that a reader, and a machine that loses power, has either the old or the new content.
public enum AtomicFile {
    /// Writes `bytes` to `path`. The content is on the disk before it gets the name, and the name is on the disk
    /// before this returns. A symbolic link at `path` is replaced, not followed.
    public static func write(
        _ bytes: [UInt8], to path: String, mode: UInt32 = 0o644, owner: FileOwner? = nil
    ) throws(FileFailure) {
        let directory = path.directoryOfPath
        let file = try TemporaryFile(in: directory, prefix: ".warren-")
        defer { file.close() }
        do throws(FileFailure) {
            try file.setAttributes(mode: mode, owner: owner)
            try file.write(bytes)
            try file.sync()
            guard rename(file.path, path) == 0 else { throw FileFailure(path, "be replaced", errno) }
        } catch {
            try? file.unlink()
            throw error
        }
        try sync(directory)
    }

    /// Writes a file in its place, for whoever watches that very file. A reader may see it empty for a moment.
    public static func overwrite(_ bytes: [UInt8], to path: String, mode: UInt32 = 0o644) throws(FileFailure) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw FileFailure(path, "be opened", errno) }
        defer { close(descriptor) }
        guard pwrite(descriptor, bytes, bytes.count, 0) == bytes.count, ftruncate(descriptor, off_t(bytes.count)) == 0
        else { throw FileFailure(path, "be written", errno) }
    }

    /// Removes a file; one that is not there is no error.
    public static func remove(_ path: String) throws(FileFailure) {
        guard unlink(path) == 0 else {
            if errno == ENOENT { return }
            throw FileFailure(path, "be removed", errno)
        }
        try sync(path.directoryOfPath)
    }

    private static func sync(_ directory: String) throws(FileFailure) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(directory, "be opened", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw FileFailure(directory, "be flushed to its disk", errno) }
    }
}
