import Glibc

/// An operation on a file that the system refused.
public struct FileFailure: Error, Sendable, Hashable, CustomStringConvertible {
    public let path: String
    /// What could not be done, in the words that follow "could not": `be read`, `be renamed`.
    public let operation: String
    public let code: Int32

    public init(_ path: String, _ operation: String, _ code: Int32) {
        self.path = path
        self.operation = operation
        self.code = code
    }

    public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

    public var isAlreadyThere: Bool { code == EEXIST }

    /// The system's words for the reason.
    public var reason: String { systemErrorText(code) }

    public var description: String { "\(path) could not \(operation): \(reason)." }
}

/// What the system says about an error number.
func systemErrorText(_ code: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
        guard let base = buffer.baseAddress, strerror_r(code, base, buffer.count) == 0 else {
            return "error \(code)"
        }
        return String(cString: base)
    }
}
