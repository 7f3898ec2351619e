import ClusterModel
import NIOCore
import NIOHTTP1
import NIOPosix

/// Reads the status of other hosts, all at once.
public struct PeerClient: Sendable {
    /// A host that is to be asked.
    public struct Peer: Hashable, Sendable {
        /// Its name in the manifest.
        public let host: String
        public let address: ListenAddress

        public init(_ host: String, at address: String, port: Int) {
            self.host = host
            self.address = ListenAddress(address, port: port)
        }
    }

    /// How long each host may take, from the first packet to the last.
    public let deadline: Duration
    /// How many bytes an answer may have.
    public let sizeLimit: Int

    public init(deadline: Duration = .seconds(1), sizeLimit: Int = 4 << 20) {
        self.deadline = deadline
        self.sizeLimit = sizeLimit
    }

    /// What each host says of itself, or why that is not known, by the host's name.
    ///
    /// It takes no longer than `deadline`, however many hosts there are, and nothing that one of them does affects
    /// another. A host that is cancelled for counts as one that was not reached.
    public func snapshots(of peers: [Peer]) async -> [String: Result<HostSnapshot, PeerFailure>] {
        await withTaskGroup(of: (String, Result<HostSnapshot, PeerFailure>).self) { group in
            for peer in peers { group.addTask { (peer.host, await snapshot(of: peer)) } }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    /// What one host says of itself, or why that is not known.
    public func snapshot(of peer: Peer) async -> Result<HostSnapshot, PeerFailure> {
        do {
            let snapshot = try SnapshotJSON.snapshot(try await bytes(from: peer.address))
            guard snapshot.host.sameBytes(as: peer.host) else { return .failure(.otherHost(snapshot.host.printable)) }
            return .success(snapshot)
        } catch let failure as PeerFailure {
            return .failure(failure)
        } catch let error as SnapshotUnreadable {
            return .failure(.unreadable(error.description))
        } catch {
            return .failure(.unreachable(NetworkWords.reason(error)))
        }
    }

    /// Tells the agent of a host that there is something to see; whether it heard.
    public func look(at peer: Peer) async -> Bool {
        (try? await bytes(from: peer.address, path: "/v1/look")) != nil
    }

    /// The body of the answer. Nothing of the exchange outlives this call, but a name that is still being looked up.
    private func bytes(from address: ListenAddress, path: String = "/v1/status") async throws -> [UInt8] {
        let loop = EventLoops.group.next()
        let promise = loop.makePromise(of: [UInt8].self)
        let end = loop.scheduleTask(in: TimeAmount(deadline)) { promise.fail(PeerFailure.deadline(deadline)) }
        promise.futureResult.whenComplete { _ in end.cancel() }

        let connection = ClientBootstrap(group: loop).connectTimeout(TimeAmount(deadline))
            .channelInitializer { [sizeLimit] channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(
                        PeerExchange(address, path: path, sizeLimit: sizeLimit, promise: promise))
                }
            }
            .connect(host: address.host, port: address.port)
        connection.whenFailure { promise.fail($0) }
        promise.futureResult.whenComplete { _ in connection.whenSuccess { $0.close(promise: nil) } }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
        }
    }
}
