import Glibc
import NIOCore
import NIOPosix
import Testing

@testable import StatusServer

@Suite("The listener")
struct ListenerTests {
    /// An agent has no capability for the socket option of the same number, and a connection that can't get an option
    /// is dropped.
    @Test("gives a connection no option but of TCP")
    func options() async throws {
        let (accepted, sink) = AsyncStream.makeStream(of: [Int32].self)
        let listener = Listener(address: ListenAddress("127.0.0.1", port: 0), limits: ServerLimits())
        let task = Task {
            try await listener.run(
                setUp: { channel in
                    let option = channel.getOption(.tcpOption(.tcp_nodelay))
                    let debugging = channel.getOption(.socketOption(.init(rawValue: SO_DEBUG)))
                    return option.and(debugging).map { sink.yield([Int32($0), Int32($1)]) }
                }, serve: { _ in },
                onListening: { place in
                    _ = try? await ClientBootstrap(group: EventLoops.group).connect(
                        host: place.host, port: place.port
                    ).get()
                })
        }
        #expect(await accepted.first { _ in true } == [1, 0])
        task.cancel()
        try await task.value
    }
}
