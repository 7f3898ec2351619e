import HummingbirdCore
import NIOCore
import NIOPosix
import ServiceLifecycle

/// Accepts connections on one address, and serves each in a task of its own.
///
/// NIO's own sequence of accepted connections drops those that nobody took yet when its reader is cancelled, and a dropped
/// one traps the process (swift-nio issues 2637 and 2813). Here each is served, be it only to find itself closed.
struct Listener {
    let address: ListenAddress
    let limits: ServerLimits

    /// Serves until the task is cancelled or the service group shuts down gracefully; then it returns at once, all
    /// connections are closed and the port is free.
    ///
    /// - Parameters:
    ///   - setUp: Adds a connection's handlers, on its event loop.
    ///   - serve: Serves one connection until it is closed, by either side.
    /// - Throws: `ServerError` where it can't listen, or where something else closed the port.
    func run<Client: Sendable>(
        setUp: @escaping @Sendable (any Channel) throws -> EventLoopFuture<Client>,
        serve: @escaping @Sendable (Client) async -> Void,
        onListening: @escaping @Sendable (ListenAddress) async -> Void
    ) async throws {
        let connections = OpenConnections()
        let server = try await listen { [limits] channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    ConnectionLifetime(limits.connectionTime, in: connections))
                return try setUp(channel)
            }
            .flatMap { $0 }
            .map { client in _ = Task { await serve(client) } }
        }
        try await cancelWhenGracefulShutdown {
            try await withTaskCancellationHandler {
                if let address = ListenAddress(server) { await onListening(address) }
                try await server.closeFuture.get()
            } onCancel: {
                server.close(promise: nil)
                connections.closeAll()
            }
            if !Task.isCancelled { throw ServerError.stopped }
        }
    }

    private func listen(
        _ accepted: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> any Channel {
        do {
            return try await ServerBootstrap(group: EventLoops.group)
                .serverChannelOption(.backlog, value: 128)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .serverChannelInitializer { [limits] channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(
                            AvailableConnectionsChannelHandler(
                                delegate: MaximumAvailableConnections(limits.connections, logger: EventLoops.silence)))
                    }
                }
                .childChannelInitializer(accepted)
                .bind(host: address.host, port: address.port)
                .get()
        } catch {
            throw ServerError(listeningOn: address, error)
        }
    }
}
