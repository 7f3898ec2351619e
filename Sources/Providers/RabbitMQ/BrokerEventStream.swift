import ClusterModel
import HostAccess
import ResourceKinds
import Synchronization

/// The event stream of one node, read from the client that RabbitMQ has for it.
///
/// The node tells what was done through it, and nothing of the others. The client does not end when its node stops:
/// whoever runs this has to end it then.
public struct BrokerEventStream: Sendable {
    public let installation: BrokerInstallation
    public let runner: ProcessRunner
    /// Whether queues, exchanges and bindings are asked for.
    public let topology: Bool

    /// How many bytes an event may have: a policy or a parameter is far shorter.
    public static let lineLimit = 1 << 20
    /// How long one client is used: what hangs without a sign is replaced.
    public static let lifetime = Duration.seconds(3600)

    public init(installation: BrokerInstallation, runner: ProcessRunner, topology: Bool) {
        self.installation = installation
        self.runner = runner
        self.topology = topology
    }

    public enum Item: Hashable, Sendable {
        case event(BrokerEvent)
        /// A line that is too long, cut, or no event. Something happened all the same.
        case unreadable
    }

    /// Gives what the client writes until it ends, and says how it ended.
    public func read(_ receive: @escaping @Sendable ([Item]) -> Void) async -> Result<ProcessResult, ProcessFailure> {
        let splitter = Mutex(LineSplitter(limit: Self.lineLimit))
        // Without a formatter it writes a line for each event; as `json`, one list without an end.
        let call = installation.invocation(
            tool: "rabbitmq-diagnostics",
            arguments: ["-q", "consume_event_stream", "--pattern", BrokerEvent.pattern(topology: topology)],
            deadline: Self.lifetime)
        do throws(ProcessFailure) {
            let result = try await runner.follow(call) { bytes in
                let items = splitter.withLock { $0.lines(in: bytes) }.map(Self.item)
                if !items.isEmpty { receive(items) }
            }
            if splitter.withLock(\.isCut) { receive([.unreadable]) }
            return .success(result)
        } catch {
            return .failure(error)
        }
    }

    static func item(_ line: LineSplitter.Line) -> Item {
        guard case .whole(let bytes) = line, let value = try? JSONValue(parsing: bytes),
            let event = BrokerEvent(value)
        else { return .unreadable }
        return .event(event)
    }
}
