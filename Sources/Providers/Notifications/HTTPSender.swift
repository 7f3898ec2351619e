import ClusterModel
import Digests
import HostAccess

/// Sends JSON to addresses that a person named, by curl: as the account `nobody` where this process is root.
public struct HTTPSender: Sendable {
    /// The header field under which receivers look for a signature, as GitHub and Gitea name it.
    public static let signatureField = "X-Hub-Signature-256"

    private let runner: any ProcessRunning

    /// - Parameter runner: its own by default, as receivers that hang are not to hold up the tools of the broker.
    public init(runner: any ProcessRunning = ProcessRunner(concurrency: 16)) { self.runner = runner }

    /// The value of the signature's field: HMAC-SHA256 of the body.
    public static func signature(of body: [UInt8], secret: String) -> String {
        "sha256=" + Digest.authenticationCode(of: body, key: Array(secret.utf8)).hexadecimal
    }

    /// Nil where the receiver answered with 2xx; otherwise why it is not delivered. Nothing else of its answer is read.
    public func post(
        _ body: [UInt8], to url: String, fields: [String: String] = [:], deadline: Duration = .seconds(10)
    ) async -> DeliveryProblem? {
        let user = OSUser.isRoot ? OSUser(named: "nobody") : nil
        do {
            let result = try await withMemoryFile(body, owner: user?.owner) { path in
                let request = CurlRequest(url: url, fields: fields, bodyPath: path, deadline: deadline)
                return try await runner.run(request.invocation(as: user))
            }
            guard result.status.isSuccess else { return DeliveryProblem(Self.words(result)) }
            guard let status = Int(result.stdout), (200..<300).contains(status) else {
                return DeliveryProblem("it answered with HTTP status \(result.stdout.printable)")
            }
            return nil
        } catch {
            return DeliveryProblem("\(error)")
        }
    }

    /// No URL: it may hold a token. Curl says `curl: (7) Failed to connect to …`.
    private static func words(_ result: ProcessResult) -> String {
        let line = result.stderr.split(separator: "\n").first { $0.hasPrefix("curl: (") }
        let words = line?.split(separator: " ", maxSplits: 2).last.map(String.init) ?? "curl \(result.status)"
        let text = Redaction.maskURIs(words).printable
        return text.count > 200 ? text.prefix(199) + "…" : text
    }
}

/// Why something was not delivered.
public struct DeliveryProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
