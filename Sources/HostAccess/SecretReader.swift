import ClusterModel
import Glibc

/// A secret that was read, and what is to be said about where it lies.
public struct ReadSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public let text: String
    public let warnings: [String]

    /// Never the secret: it must not get into a log by accident.
    public var description: String { Redaction.mask }
    public var debugDescription: String { Redaction.mask }
}

/// Why a secret could not be read, and what to do about it.
public enum SecretFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable(SecretReference, reason: String)
    case notARegularFile(SecretReference)
    case tooLarge(SecretReference, limit: Int)
    case notUTF8(SecretReference)
    case empty(SecretReference)
    case notSet(String)
    case noCredentials(String)
    case badCredentialName(String)

    public var description: String {
        switch self {
        case .unreadable(let reference, let reason):
            "The secret in \(reference) cannot be read: \(reason). Create it, readable by the account that runs Warren."
        case .notARegularFile(let reference):
            "The secret in \(reference) is not in a regular file. Name a file that holds the secret and nothing else."
        case .tooLarge(let reference, let limit):
            "The secret in \(reference) is larger than \(limit) bytes. Name a file that holds the secret and nothing else."
        case .notUTF8(let reference):
            "The secret in \(reference) is not UTF-8 text. Store it as text, for instance in base64."
        case .empty(let reference):
            "The secret in \(reference) is empty. Write the secret there."
        case .notSet(let name):
            "The environment variable \(name), which is to hold a secret, is not set. Set it for the Warren process."
        case .noCredentials(let name):
            "The systemd credential \(name) cannot be read, as CREDENTIALS_DIRECTORY is not set. "
                + "Start Warren by a unit with LoadCredential=\(name):PATH, or use fromFile."
        case .badCredentialName(let name):
            "\(name) is no name of a systemd credential: write the name that LoadCredential= gives it, without a slash."
        }
    }
}

/// Reads the secrets that a manifest refers to.
public struct SecretReader: Sendable {
    public static let limit = 1 << 20

    /// Nil where no secret is read.
    private let environment: [String: String]?

    public init(environment: [String: String]) { self.environment = environment }

    private init() { environment = nil }

    /// Reads nothing and gives the mask for every secret.
    public static let masking = SecretReader()

    public func read(_ reference: SecretReference) throws(SecretFailure) -> ReadSecret {
        guard let environment else { return ReadSecret(text: Redaction.mask, warnings: []) }
        switch reference {
        case .file(let path):
            return try read(path, as: reference)
        case .environment(let name):
            guard let text = environment[name] else { throw .notSet(name) }
            guard !text.isEmpty else { throw .empty(reference) }
            return ReadSecret(text: text, warnings: [])
        case .credential(let name):
            guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), name != ".", name != ".." else {
                throw .badCredentialName(name)
            }
            guard let directory = environment["CREDENTIALS_DIRECTORY"] else { throw .noCredentials(name) }
            return try read(directory + "/" + name, as: reference)
        }
    }

    private func read(_ path: String, as reference: SecretReference) throws(SecretFailure) -> ReadSecret {
        let status: FileStatus
        var bytes: [UInt8]
        do {
            status = try FileStatus(path)
            guard status.form == .regular else { throw SecretFailure.notARegularFile(reference) }
            guard status.size <= Self.limit else { throw SecretFailure.tooLarge(reference, limit: Self.limit) }
            bytes = try FileContent.read(path, limit: Self.limit)
        } catch let failure as FileFailure {
            if failure.code == EFBIG { throw .tooLarge(reference, limit: Self.limit) }
            throw .unreadable(reference, reason: failure.reason)
        } catch let failure as SecretFailure {
            throw failure
        } catch {
            throw .unreadable(reference, reason: "\(error)")
        }
        if bytes.last == UInt8(ascii: "\n") {
            bytes.removeLast()
            if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        }
        guard !bytes.isEmpty else { throw .empty(reference) }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw .notUTF8(reference) }
        let isOpen = status.mode & 0o004 != 0
        let warning = "\(path) holds a secret and can be read by every account of this host: chmod o-r \(path)."
        return ReadSecret(text: text, warnings: isOpen ? [warning] : [])
    }
}
