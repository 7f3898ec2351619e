import HostAccess

/// The Erlang cookie, the secret that opens the node to the tools.
enum CookieCheck {
    /// `owner` is whose it has to be, nil for that of this process.
    static func look(_ path: String, owner: FileOwner?) -> Finding {
        let status: FileStatus
        do throws(FileFailure) {
            status = try FileStatus(path)
        } catch {
            return .failure(
                "cookie", "The cookie file \(path) can't be looked at: \(error.reason).",
                "Start the broker once, which makes it, or copy it from another member, with the mode 0400.")
        }
        guard status.form == .regular else {
            return .failure("cookie", "The cookie \(path) is no regular file.", "Put the member's cookie file there.")
        }
        if status.mode & 0o077 != 0 {
            return .failure(
                "cookie", "The cookie file \(path) can be read by others, and Erlang refuses it.", "chmod 0400 \(path)")
        }
        if let owner, owner.uid != status.owner.uid {
            return .failure(
                "cookie", "The cookie file \(path) is not the broker's own: its owner is number \(status.owner.uid).",
                "chown rabbitmq:rabbitmq \(path)")
        }
        guard let bytes = try? FileContent.read(path, limit: 4096) else {
            return .failure("cookie", "The cookie file \(path) can't be read.", "Run Warren as root or as rabbitmq.")
        }
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x0A }) {
            return .failure(
                "cookie", "The cookie file \(path) is empty.", "Copy it from another member, with the mode 0400.")
        }
        return .pass("cookie", "The cookie file \(path) is there, for its owner alone.")
    }
}
