import AsyncHTTPClient
import ClusterModel
import Crypto
import Foundation
import NIOCore

/// Sends JSON to addresses that a person named. One for each process: it keeps no connection open for long.
public final class HTTPSender: Sendable {
    /// The header field under which receivers look for a signature, as GitHub and Gitea name it.
    public static let signatureField = "X-Hub-Signature-256"

    private let client: HTTPClient

    public init() {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(5)), decompression: .disabled)
        configuration.connectionPool.idleTimeout = .seconds(5)
        // Trying again is the queue's business.
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit { try? client.syncShutdown() }

    /// The value of the signature's field: HMAC-SHA256 of the body.
    public static func signature(of body: [UInt8], secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Array(secret.utf8)))
        return "sha256="
            + code.map { byte in
                let hex = String(byte, radix: 16)
                return hex.count == 1 ? "0" + hex : hex
            }.joined()
    }

    /// Nil where the receiver answered with 2xx; otherwise why it is not delivered. Nothing of its answer is read.
    public func post(
        _ body: [UInt8], to url: String, fields: [String: String] = [:], deadline: Duration = .seconds(10)
    ) async -> DeliveryProblem? {
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        request.headers.add(name: "content-type", value: "application/json")
        request.headers.add(name: "user-agent", value: "warren")
        request.headers.add(name: "connection", value: "close")
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { request.headers.add(name: name, value: value) }
        request.body = .bytes(ByteBuffer(bytes: body))
        do {
            let response = try await client.execute(request, timeout: TimeAmount(deadline))
            guard (200..<300).contains(response.status.code) else {
                return DeliveryProblem("it answered with HTTP status \(response.status.code)")
            }
            return nil
        } catch {
            return DeliveryProblem(Self.words(error))
        }
    }

    /// No URL: it may hold a token.
    private static func words(_ error: any Error) -> String {
        let text = Redaction.maskURIs("\(error)").printable
        return text.count > 200 ? text.prefix(199) + "…" : text
    }
}

/// Why something was not delivered.
public struct DeliveryProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}
