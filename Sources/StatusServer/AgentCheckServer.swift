import ClusterModel
import NIOCore
import ServiceLifecycle

/// Answers HAProxy's agent-check: one line to whoever connects, then the connection is closed.
///
/// An agent that is gone, hangs or has nothing to say changes nothing at HAProxy, by the protocol's own rule: the last
/// line stays in force.
public struct AgentCheckServer: Service {
    /// Where it listens.
    public let address: ListenAddress
    public let limits: ServerLimits

    private let answer: @Sendable () async -> AgentAnswer?

    /// How many bytes of what HAProxy's `agent-send` may send are read and thrown away.
    private static let inputLimit = 4096

    /// - Parameter answer: What is true at this moment; nil where it is not known well enough to say anything, such as
    ///   when the agent's loop hangs. It is called for each connection, and HAProxy waits no longer than `agent-inter`.
    public init(
        address: ListenAddress, limits: ServerLimits = AgentCheckServer.standardLimits,
        answer: @escaping @Sendable () async -> AgentAnswer?
    ) {
        self.address = address
        self.limits = limits
        self.answer = answer
    }

    /// A check is over within milliseconds; 2 s leave room for a slow network.
    public static var standardLimits: ServerLimits {
        var limits = ServerLimits()
        limits.connectionTime = .seconds(2)
        return limits
    }

    /// Serves until the task is cancelled or the service group shuts down gracefully; then it returns at once.
    ///
    /// - Throws: `ServerError` where it can't listen.
    public func run() async throws { try await run { _ in } }

    /// As `run()`, and says when it listens, and on which port where 0 was asked for.
    public func run(onListening: @escaping @Sendable (ListenAddress) async -> Void) async throws {
        try await Listener(address: address, limits: limits).run(
            setUp: { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Client(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }, serve: serve, onListening: onListening)
    }

    private typealias Client = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// Says the line and ends its own direction, then reads until the other side ends: closing a connection with bytes
    /// unread would make the system throw the line away. What goes wrong on it concerns nobody else.
    @Sendable private func serve(_ client: Client) async {
        try? await client.executeThenClose { inbound, outbound in
            guard let line = await answer()?.line else { return }
            try await outbound.write(ByteBuffer(string: line))
            outbound.finish()
            var bytes = 0
            for try await chunk in inbound {
                bytes += chunk.readableBytes
                if bytes > Self.inputLimit { return }
            }
        }
    }
}
