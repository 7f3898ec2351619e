import ClusterModel
import HTTPTypes
import Testing

@testable import StatusServer

@Suite("The pages")
struct PagesTests {
    private let pages = Pages(staleAfter: .seconds(60))

    private func answer(
        _ path: String, _ snapshot: HostSnapshot = Examples.broker, method: HTTPRequest.Method = .get
    ) -> Answer {
        pages.answer(method, path, snapshot, usage: nil, at: Examples.now)
    }

    @Test(
        "that exist answer with their type",
        arguments: [
            ("/", "text/html; charset=utf-8"), ("/healthz", "text/plain; charset=utf-8"),
            ("/readyz", "text/plain; charset=utf-8"), ("/v1/status", "application/json"),
            ("/metrics", "text/plain; version=0.0.4; charset=utf-8"),
            ("/metrics?name[]=x", "text/plain; version=0.0.4; charset=utf-8"),
        ])
    func types(path: String, type: String) {
        #expect(answer(path).status == .ok)
        #expect(answer(path).type == type)
    }

    @Test(
        "that don't exist are not found, whatever the method",
        arguments: [
            "/v1", "/v1/status/", "//", "", "*", "/../etc/passwd", "/healthz/../metrics", "/%2e%2e/", "/V1/STATUS",
        ])
    func notFound(path: String) {
        #expect(answer(path).status == .notFound)
        #expect(answer(path, method: .post).status == .notFound)
    }

    @Test("can only be read", arguments: [HTTPRequest.Method.post, .put, .delete, .patch, .options, .trace, .connect])
    func readOnly(method: HTTPRequest.Method) {
        for path in Pages.paths {
            #expect(answer(path, method: method).status == .methodNotAllowed)
            #expect(answer(path, method: method).head().headerFields[.allow] == "GET, HEAD")
        }
    }

    @Test("are not kept, not framed and not run by a browser")
    func fields() {
        let fields = answer("/").head().headerFields
        #expect(fields[.cacheControl] == "no-store")
        #expect(fields[.xContentTypeOptions] == "nosniff")
        #expect(fields[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true)
    }
}

@Suite("Health")
struct HealthTests {
    private func answers(_ snapshot: HostSnapshot) -> (live: Answer, ready: Answer) {
        let health = Health(snapshot, at: Examples.now, staleAfter: .seconds(60))
        return (health.liveness, health.readiness)
    }

    @Test("is good while the loop comes round, and bad with the reason when it hangs or has not begun")
    func liveness() {
        var snapshot = Examples.broker
        #expect(answers(snapshot).live == .plain(.ok, "ok"))
        snapshot.aliveAt = Examples.time(60)
        #expect(answers(snapshot).live.status == .ok)
        snapshot.aliveAt = Examples.time(61)
        #expect(
            answers(snapshot).live
                == .plain(
                    .serviceUnavailable,
                    "The agent's loop has not come round for 61 s, since 2026-11-22T20:58:59.000Z"))
        snapshot.aliveAt = Examples.time(-3600)
        #expect(answers(snapshot).live.status == .ok, "a clock that was set back is no reason to restart the agent")
        snapshot.aliveAt = nil
        #expect(answers(snapshot).live == .plain(.serviceUnavailable, "The agent's loop has not begun"))
    }

    @Test("does not depend on drift: an agent that cannot repair is not restarted for it")
    func livenessOfDrift() {
        #expect(Examples.broker.totals.drift > 0)
        #expect(answers(Examples.broker).live.status == .ok)
        #expect(answers(Examples.broker).ready.status == .ok)
    }

    @Test("is readiness once a run has ended and the manifest is valid")
    func readiness() {
        var snapshot = Examples.broker
        snapshot.lastRun = nil
        #expect(answers(snapshot).ready == .plain(.serviceUnavailable, "No run has ended yet"))
        snapshot = Examples.broker
        snapshot.conditions = [.init("ManifestValid", .false, reason: "Invalid", message: "line 3: unknown key\n")]
        #expect(answers(snapshot).ready.body == "The manifest is not valid: line 3: unknown key\\u{a}\n")
        snapshot.conditions = []
        #expect(answers(snapshot).ready.status == .serviceUnavailable)
    }
}
