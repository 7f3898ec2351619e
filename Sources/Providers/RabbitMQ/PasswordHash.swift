import Digests
import Foundation

/// RabbitMQ's salted password hashes: base64 of 4 bytes of salt and the digest of salt and password
/// (https://www.rabbitmq.com/docs/passwords#computing-password-hash).
public enum PasswordHash {
    private static let saltLength = 4

    /// Whether the hash is the password's. Compared locally, so that no login is tried and nothing is written.
    public static func verifies(_ password: String, _ hash: String, _ algorithm: String) -> Bool {
        guard let bytes = Data(base64Encoded: hash), bytes.count > saltLength else { return false }
        guard let digest = digest(salt: bytes.prefix(saltLength), password, algorithm) else { return false }
        return digest == bytes.dropFirst(saltLength)
    }

    /// A SHA-256 hash with a new salt.
    public static func make(_ password: String) -> String {
        var generator = SystemRandomNumberGenerator()
        let salt = Data((0..<saltLength).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
        return (salt + Digest.sha256(salt + Array(password.utf8))).base64EncodedString()
    }

    private static func digest(salt: Data, _ password: String, _ algorithm: String) -> Data? {
        Digest(rawValue: algorithm)?.hash(salt + Array(password.utf8)).map { Data($0) }
    }
}
