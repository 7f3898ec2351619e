import Glibc
import SystemPackage

/// Bytes for a child's standard input, held in memory without a name in any directory.
///
/// Never a pipe: a child that ends before it has read would take this process down with it.
enum StandardInput {
    /// A descriptor positioned before `bytes`; the receiver closes it.
    static func descriptor(holding bytes: [UInt8]) throws(FileFailure) -> FileDescriptor {
        let file = try TemporaryFile(in: MemoryStorage.directory(), prefix: "warren-stdin-")
        do throws(FileFailure) {
            try file.unlink()
            try file.write(bytes)
            guard lseek(file.descriptor, 0, SEEK_SET) == 0 else {
                throw FileFailure(file.path, "be rewound", errno)
            }
        } catch {
            file.close()
            throw error
        }
        return FileDescriptor(rawValue: file.descriptor)
    }
}
