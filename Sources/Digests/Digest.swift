import COpenSSL

/// Hashes, computed by the system's OpenSSL: its mends come with the system's updates.
public enum Digest: String, Sendable {
    case sha256
    case sha512
    case md5

    private var algorithm: OpaquePointer? {
        switch self {
        case .sha256: EVP_sha256()
        case .sha512: EVP_sha512()
        case .md5: EVP_md5()
        }
    }

    /// Nil where the system's policy forbids the algorithm, as FIPS 140 does MD5.
    public func hash(_ bytes: [UInt8]) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard EVP_Digest(bytes, bytes.count, &output, &length, algorithm, nil) == 1 else { return nil }
        return Array(output.prefix(Int(length)))
    }

    /// SHA-256, which no policy forbids.
    public static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        guard let hash = Digest.sha256.hash(bytes) else { Self.stop("SHA-256") }
        return hash
    }

    /// HMAC with SHA-256 (RFC 2104).
    public static func authenticationCode(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard HMAC(EVP_sha256(), key, Int32(key.count), bytes, bytes.count, &output, &length) != nil else {
            Self.stop("HMAC with SHA-256")
        }
        return Array(output.prefix(Int(length)))
    }

    /// Without it nothing can be told apart or signed: no caller could go on.
    private static func stop(_ what: String) -> Never {
        fatalError("OpenSSL computes no \(what): activate a provider that does, in /etc/ssl/openssl.cnf.")
    }

    /// Whether both are the same, in a time that does not tell where they differ.
    public static func areEqual(_ one: [UInt8], _ other: [UInt8]) -> Bool {
        one.count == other.count && CRYPTO_memcmp(one, other, one.count) == 0
    }
}

extension Sequence<UInt8> {
    /// Two digits for each byte, in lower case.
    public var hexadecimal: String {
        map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
