import ClusterModel
import Foundation
import StatusServer
import TestSupport
import Testing

@Suite struct HookTests {
    private func post(_ body: String, _ fields: [String] = [], on address: ListenAddress) async throws -> String {
        let fields = fields + ["Host: x", "Content-Length: \(body.utf8.count)"]
        return try await RawConnection.exchange(
            address, "POST /v1/webhook HTTP/1.1\r\n" + fields.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    private func withHook<Value>(_ body: (ListenAddress, Changing<[Hook.Call]>) async throws -> Value) async throws
        -> Value
    {
        let calls = Changing<[Hook.Call]>([])
        let hook = Hook { call in
            calls.value.append(call)
            return call.signature == "sha256=good" ? .accepted : .forbidden
        }
        return try await Running.statusServer(hook: hook) { try await body($0, calls) }
    }

    @Test("a webhook is handed on whole, with its signature")
    func handedOn() async throws {
        try await withHook { address, calls in
            let body = String(repeating: "x", count: 40_000)
            let answer = try await post(body, ["X-Hub-Signature-256: sha256=good"], on: address)
            #expect(answer.hasPrefix("HTTP/1.1 202"))
            #expect(calls.value.map { String(decoding: $0.body, as: UTF8.self) } == [body])
            #expect(calls.value.first?.isForwarded == false)
            let refused = try await post("{}", ["X-Warren-Forwarded: 1"], on: address)
            #expect(refused.hasPrefix("HTTP/1.1 403"))
            #expect(calls.value.last?.isForwarded == true)
        }
    }

    @Test("a webhook of more than a mebibyte reaches nobody, and GET is refused")
    func bounded() async throws {
        try await withHook { address, calls in
            _ = try? await post(String(repeating: "x", count: 3 << 20), on: address)
            #expect(calls.value.isEmpty)
            let answer = try await RawConnection.exchange(address, "GET /v1/webhook HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 405"))
            let page = try await RawConnection.exchange(address, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(page.hasPrefix("HTTP/1.1 "))
        }
    }

    @Test("without a hook there is no such page")
    func absent() async throws {
        try await Running.statusServer { address in
            let answer = try await post("{}", on: address)
            #expect(answer.hasPrefix("HTTP/1.1 404"))
        }
    }
}

extension RawConnection {
    /// Sends a whole request and returns all that came until the server closed.
    fileprivate static func exchange(_ address: ListenAddress, _ request: String) async throws -> String {
        let connection = try RawConnection(address)
        var rest = Array(request.utf8)[...]
        let isAnswered = await eventually(within: .seconds(20)) {
            rest = rest.dropFirst(connection.send(rest))
            connection.read()
            return connection.isOver
        }
        guard isAnswered else { throw TestFailure("no answer: \(connection.text)") }
        return connection.text
    }
}
