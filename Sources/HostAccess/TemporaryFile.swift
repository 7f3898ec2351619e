import Glibc

/// A new file of mode 0600 with a name that nobody can foretell, open for reading and writing.
struct TemporaryFile {
    let path: String
    let descriptor: Int32

    init(in directory: String, prefix: String) throws(FileFailure) {
        var template = Array((directory + "/" + prefix + "XXXXXX").utf8CString)
        let number = mkstemp(&template)
        guard number >= 0 else { throw FileFailure(directory, "take a new file", errno) }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        descriptor = number
    }

    func setAttributes(mode: UInt32, owner: FileOwner?) throws(FileFailure) {
        // The owner first: a change of owner may clear bits of the mode.
        if let owner, fchown(descriptor, owner.uid, owner.gid) != 0 {
            throw FileFailure(path, "get its owner", errno)
        }
        guard fchmod(descriptor, mode) == 0 else { throw FileFailure(path, "get its mode", errno) }
    }

    func write(_ bytes: [UInt8]) throws(FileFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw FileFailure(path, "be written", errno)
            }
            written += count
        }
    }

    func sync() throws(FileFailure) {
        guard fsync(descriptor) == 0 else { throw FileFailure(path, "be flushed to its disk", errno) }
    }

    func unlink() throws(FileFailure) {
        guard Glibc.unlink(path) == 0 else { throw FileFailure(path, "be removed", errno) }
    }

    func close() { _ = Glibc.close(descriptor) }
}
