import Glibc

/// Holds a lock file, so that one process at a time does what the file stands for. The system takes the lock back
/// when the process ends, however it ends; the file itself stays.
public final class FileLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock at once, or returns nil where another process has it.
    public init?(_ path: String, mode: UInt32 = 0o600) throws(FileFailure) {
        let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode)
        guard number >= 0 else { throw FileFailure(path, "be opened", errno) }
        guard flock(number, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(number)
            if code == EWOULDBLOCK { return nil }
            throw FileFailure(path, "be locked", code)
        }
        descriptor = number
    }

    deinit { close(descriptor) }
}
