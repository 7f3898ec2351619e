import NIOCore
import Synchronization

/// The connections of one server, so that it can end them when it stops.
final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var isStopped = false
    }

    private let state = Mutex(State())

    /// Takes note of a connection until it is closed. One that comes after `closeAll` is closed at once.
    func add(_ channel: any Channel) {
        let key = ObjectIdentifier(channel)
        let isStopped = state.withLock { state in
            if !state.isStopped { state.channels[key] = channel }
            return state.isStopped
        }
        if isStopped { return channel.close(promise: nil) }
        channel.closeFuture.whenComplete { _ in
            self.state.withLock { _ = $0.channels.removeValue(forKey: key) }
        }
    }

    /// Closes every connection, and those that are yet to come.
    func closeAll() {
        let channels = state.withLock { state in
            state.isStopped = true
            return Array(state.channels.values)
        }
        for channel in channels { channel.close(promise: nil) }
    }
}

/// Ends a connection when its time is over, whatever the client does with it.
final class ConnectionLifetime: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let time: TimeAmount
    private let connections: OpenConnections
    private var end: Scheduled<Void>?

    init(_ time: Duration, in connections: OpenConnections) {
        self.time = TimeAmount(time)
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        connections.add(channel)
        end = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { end?.cancel() }
}
