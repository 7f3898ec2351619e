import ClusterModel
import Digests
import HostAccess
import Providers
import Synchronization

/// Lets those through who know the secret, each message once.
///
/// A message only makes the agent ask its repository. The signature does not cover a time, so that what came before is
/// known by its signature; a clock plays no part.
public final class WebhookDoor: Sendable {
    public enum Verdict: Hashable, Sendable { case accepted, forbidden, replayed, unavailable }

    private let secretFile: String
    private let seen = Mutex(Seen())

    /// How many messages are remembered.
    static let remembered = 4096

    private struct Seen {
        var signatures: Set<String> = []
        var order: [String] = []
        var next = 0

        /// False where it is known already; the oldest one makes room.
        mutating func add(_ signature: String) -> Bool {
            guard signatures.insert(signature).inserted else { return false }
            guard order.count == WebhookDoor.remembered else {
                order.append(signature)
                return true
            }
            signatures.remove(order[next])
            order[next] = signature
            next = (next + 1) % order.count
            return true
        }
    }

    /// - Parameter secretFile: read for each message, so that a new secret counts at once.
    public init(secretFile: String) { self.secretFile = secretFile }

    /// - Parameter signature: `sha256=` and 64 hexadecimal digits, as GitHub and Gitea send it.
    public func judge(_ body: [UInt8], signature: String?) -> Verdict {
        guard let secret = try? SecretReader(environment: [:]).read(.file(secretFile)).text else { return .unavailable }
        guard let signature = signature?.lowercased(), let code = Self.code(signature),
            Digest.areEqual(code, Digest.authenticationCode(of: body, key: Array(secret.utf8)))
        else { return .forbidden }
        return seen.withLock { $0.add(signature) } ? .accepted : .replayed
    }

    private static func code(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8.dropFirst(7))
        guard text.hasPrefix("sha256="), digits.count == 64 else { return nil }
        let bytes = stride(from: 0, to: 64, by: 2).compactMap { index in
            UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16)
        }
        return bytes.count == 32 ? bytes : nil
    }
}

extension Agent {
    /// Who may tell this agent of new commits; nil where nobody may.
    public nonisolated var webhookDoor: WebhookDoor? { settings.git?.webhookSecret.map(WebhookDoor.init) }

    /// The other hosts' agents, which are told as well: a person sets up one webhook for all of them.
    public nonisolated var otherAgents: [(address: String, port: Int)] {
        state.read { shared in
            guard let manifest = shared.manifest, manifest.status.scope != .loopback else { return [] }
            return manifest.hosts.filter { $0.name != shared.host?.name }.map { ($0.address, manifest.status.port) }
        }
    }
}
