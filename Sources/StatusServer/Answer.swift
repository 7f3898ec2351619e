import ClusterModel
import HTTPTypes

/// What a request is answered with.
struct Answer: Hashable, Sendable {
    var status: HTTPResponse.Status = .ok
    var type: String
    var body: String

    static func plain(_ status: HTTPResponse.Status, _ text: String) -> Answer {
        Answer(status: status, type: "text/plain; charset=utf-8", body: text + "\n")
    }

    /// The header fields of a response with this body. Nothing may be kept, framed or run by a browser.
    func head() -> HTTPResponse {
        var fields: HTTPFields = [
            .contentType: type, .contentLength: String(body.utf8.count), .connection: "close",
            .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
            .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ]
        if status == .methodNotAllowed { fields[.allow] = "GET, HEAD" }
        return HTTPResponse(status: status, headerFields: fields)
    }
}

/// The pages of the server. Pure: the same snapshot at the same moment gives the same bytes.
struct Pages: Sendable {
    /// From which age on `aliveAt` means that the agent's loop hangs.
    let staleAfter: Duration

    /// The paths, as docs/status-api.md lists them.
    static let paths = ["/", "/healthz", "/metrics", "/readyz", "/v1/look", "/v1/status"]

    /// - Parameter target: What stands in the request line; a query is ignored.
    func answer(
        _ method: HTTPRequest.Method, _ target: String, _ snapshot: HostSnapshot, usage: ProcessUsage?,
        at now: Timestamp
    ) -> Answer {
        let path = String(target.prefix { $0 != "?" && $0 != "#" })
        guard Self.paths.contains(path) else {
            return .plain(.notFound, "There is nothing here. Try " + Self.paths.joined(separator: ", "))
        }
        guard method == .get || method == .head else {
            return .plain(.methodNotAllowed, "Everything here is read-only: use GET")
        }
        switch path {
        case "/healthz": return Health(snapshot, at: now, staleAfter: staleAfter).liveness
        case "/readyz": return Health(snapshot, at: now, staleAfter: staleAfter).readiness
        case "/v1/look": return .plain(.accepted, "The other agents are asked now")
        case "/metrics":
            let text = MetricFamily.text(MetricSource(snapshot: snapshot, usage: usage))
            return Answer(type: "text/plain; version=0.0.4; charset=utf-8", body: text)
        case "/v1/status": return Answer(type: "application/json", body: SnapshotJSON.text(snapshot))
        default: return Answer(type: "text/html; charset=utf-8", body: SnapshotPage(snapshot, at: now).document)
        }
    }
}
