import HostAccess

/// Something that was done, or that begins and will take a while.
public struct LabStep: Sendable {
    /// The host that it was done to; nil for the lab.
    public let host: String?
    public let what: String
    /// How long it took; nil where it only begins.
    public let duration: Duration?
}

/// Runs the commands of labs, and says what was done.
struct LabRunner: Sendable {
    let runner: any ProcessRunning
    let report: @Sendable (LabStep) -> Void

    /// Runs a command that has to succeed.
    @discardableResult
    func run(_ call: Invocation, _ what: String) async throws -> String {
        let result = try await runner.run(call)
        guard result.status.isSuccess else {
            throw LabFailure.failed("\(what): \(Self.name(of: call))", output: result.stdout + result.stderr)
        }
        return result.stdout
    }

    func run(_ calls: [Invocation], _ what: String) async throws {
        for call in calls { try await run(call, what) }
    }

    /// Does something, then says so with the time that it took.
    func step<Value>(_ host: String? = nil, _ what: String, _ body: () async throws -> Value) async throws -> Value {
        let begun = ContinuousClock.now
        let value = try await body()
        report(LabStep(host: host, what: what, duration: begun.duration(to: .now)))
        return value
    }

    private static func name(of call: Invocation) -> String {
        ([String(call.executable.split(separator: "/").last ?? "")] + call.arguments).joined(separator: " ")
    }
}

/// Looks until a state has come. Looking is cheap, and a state that is missed for 20 ms costs nothing.
func reached(
    _ what: String, within limit: Duration, output: () -> String = { "" }, _ holds: () async throws -> Bool
) async throws {
    _ = try await found(what, within: limit, output: output) { try await holds() ? true : nil }
}

/// Looks until there is something, and returns it.
func found<Value>(
    _ what: String, within limit: Duration, output: () -> String = { "" }, _ look: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now + limit
    while true {
        if let value = try await look() { return value }
        guard ContinuousClock.now < end else { throw LabFailure.notReached(what, within: limit, output: output()) }
        try await Task.sleep(for: .milliseconds(20))
    }
}
