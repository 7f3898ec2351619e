import ClusterModel
import HTTPTypes
import HummingbirdCore
import NIOCore
import ServiceLifecycle

/// The read-only HTTP server of an agent: health, metrics, JSON and a page, all from one snapshot.
///
/// It knows neither store nor agent. It answers `GET` and `HEAD`, and `POST` to its hook, one request on each connection,
/// and keeps to `ServerLimits` whoever asks. docs/status-api.md describes what it answers.
public struct StatusServer: Service {
    /// Where it listens.
    public let addresses: [ListenAddress]
    public let limits: ServerLimits

    private let pages: Pages
    private let hook: Hook?
    private let snapshot: @Sendable () async -> HostSnapshot
    private let usage: @Sendable () -> ProcessUsage?
    private let now: @Sendable () -> Timestamp
    private let look: @Sendable () -> Void

    /// - Parameters:
    ///   - staleAfter: From which age of `aliveAt` on `/healthz` answers 503.
    ///   - now: The clock by which that age is told.
    ///   - usage: What the agent's process uses; nil leaves those metrics out.
    ///   - look: Called for each request of `/v1/look`: another agent says that there is something to see. It must
    ///     return at once, and bear any number of calls.
    ///   - hook: Who is told of webhooks; nil where there is nothing to tell, and no such page.
    ///   - snapshot: What is known at this moment. It is called for each request and must not wait for a run to end.
    public init(
        addresses: [ListenAddress], limits: ServerLimits = ServerLimits(), staleAfter: Duration = .seconds(60),
        now: @escaping @Sendable () -> Timestamp,
        usage: @escaping @Sendable () -> ProcessUsage? = { nil }, look: @escaping @Sendable () -> Void = {},
        hook: Hook? = nil,
        snapshot: @escaping @Sendable () async -> HostSnapshot
    ) {
        self.addresses = addresses
        self.limits = limits
        pages = Pages(staleAfter: staleAfter)
        self.snapshot = snapshot
        self.usage = usage
        self.look = look
        self.hook = hook
        self.now = now
    }

    /// Serves until the task is cancelled or the service group shuts down gracefully; then it returns at once, and
    /// connections that are open are closed.
    ///
    /// - Throws: `ServerError` where it can't listen.
    public func run() async throws { try await run { _ in } }

    /// As `run()`, and says when it listens on all addresses, and on which ports where 0 was asked for.
    public func run(onListening: @escaping @Sendable ([ListenAddress]) async -> Void) async throws {
        let announcement = Announcement(count: addresses.count, onListening)
        try await withThrowingTaskGroup { group in
            for address in addresses {
                group.addTask { try await serve(address, announcement) }
            }
            // The first that fails ends them all; `waitForAll` would wait for the others.
            for try await _ in group {}
        }
    }

    private func serve(_ address: ListenAddress, _ announcement: Announcement) async throws {
        let http = HTTP1Channel(responder: respond, configuration: channelConfiguration)
        try await Listener(address: address, limits: limits).run(
            setUp: { http.setup(channel: $0, logger: EventLoops.silence) },
            serve: { await http.handle(value: $0, logger: EventLoops.silence) },
            onListening: { await announcement.add($0) })
    }

    private var channelConfiguration: HTTP1Channel.Configuration {
        let limits = limits
        let hasHook = hook != nil
        return HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                OneRequest(bodyBytes: hasHook ? Hook.bodyLimit : limits.bodyBytes, isPassedOn: hasHook)
            ],
            idleTimeout: TimeAmount(limits.requestTime),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes, maxHeaderFieldCount: 100)
        )
    }

    @Sendable private func respond(
        _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel
    ) async throws {
        let answer: Answer
        if let hook, request.head.path == Hook.path {
            answer = await hook.answer(request)
        } else {
            answer = pages.answer(
                request.method, request.head.path ?? "", await snapshot(), usage: usage(), at: now())
            if answer.status == .accepted { look() }
        }
        if request.method == .head {
            try await writer.writeResponse(answer.head())
        } else {
            try await writer.write(
                response: answer.head(), body: ResponseBody(byteBuffer: ByteBuffer(string: answer.body)))
        }
    }
}

/// Says once that all servers listen.
actor Announcement {
    private let count: Int
    private let announce: @Sendable ([ListenAddress]) async -> Void
    private var listening: [ListenAddress] = []

    init(count: Int, _ announce: @escaping @Sendable ([ListenAddress]) async -> Void) {
        self.count = count
        self.announce = announce
    }

    func add(_ address: ListenAddress) async {
        listening.append(address)
        if listening.count == count { await announce(listening) }
    }
}
