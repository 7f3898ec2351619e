import Glibc

/// Files that are no files, below `/proc` and `/sys`: writing to one is an order to the kernel.
public enum KernelFile {
    /// Writes in one call, in place.
    public static func write(_ text: String, to path: String) throws(FileFailure) {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure(path, "be opened", errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw FileFailure(path, "be written", errno)
        }
    }
}
