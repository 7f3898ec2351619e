import HTTPTypes
import HummingbirdCore
import NIOCore

/// The one thing that somebody may tell an agent over HTTP: that the repository has something new.
///
/// Who is told decides on the signature; the server only bounds what is read.
public struct Hook: Sendable {
    /// What came.
    public struct Call: Sendable {
        public let body: [UInt8]
        /// The header field `X-Hub-Signature-256`; nil where there is none.
        public let signature: String?
        /// Whether another agent passed it on.
        public let isForwarded: Bool
    }

    public enum Verdict: Hashable, Sendable {
        case accepted
        /// Signed by nobody who knows the secret.
        case forbidden
        /// It came before.
        case replayed
        /// The secret can't be read.
        case unavailable
    }

    public static let path = "/v1/webhook"
    static let bodyLimit = 1 << 20
    static let signatureField = "X-Hub-Signature-256"
    public static let forwardedField = "X-Warren-Forwarded"

    private let receive: @Sendable (Call) async -> Verdict

    public init(_ receive: @escaping @Sendable (Call) async -> Verdict) { self.receive = receive }

    func answer(_ request: Request) async -> Answer {
        guard request.method == .post else { return .plain(.methodNotAllowed, "Webhooks are sent with POST") }
        guard let body = try? await request.body.collect(upTo: Self.bodyLimit) else {
            return .plain(.contentTooLarge, "A webhook may have \(Self.bodyLimit) bytes")
        }
        func field(_ name: String) -> String? { HTTPField.Name(name).flatMap { request.head.headerFields[$0] } }
        let call = Call(
            body: Array(body.readableBytesView), signature: field(Self.signatureField),
            isForwarded: field(Self.forwardedField) != nil)
        switch await receive(call) {
        case .accepted: return .plain(.accepted, "The repository is asked")
        case .forbidden: return .plain(.forbidden, "The signature is missing or wrong")
        case .replayed: return .plain(.conflict, "This came before")
        case .unavailable: return .plain(.serviceUnavailable, "The agent can't read its secret; see its journal")
        }
    }
}
