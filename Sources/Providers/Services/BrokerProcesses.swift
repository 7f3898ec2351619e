import Glibc
import HostAccess

/// The processes of the supervised broker in one directory, as the process table tells them.
public struct BrokerProcesses: Hashable, Sendable {
    public let directory: String

    public init(directory: String) { self.directory = directory }

    /// Given to the server beside its other arguments, which the runtime takes for a flag of the user's own (init(3erl)).
    public var serverMark: CommandMark { CommandMark(["-warren_directory", directory]) }

    /// The port mapper's program takes no word of ours. So it is called by a name of the directory's own.
    var portMapperPath: String { directory + "/epmd" }
    private var portMapperMark: CommandMark { CommandMark([portMapperPath]) }

    public func server() -> SeenProcess? { serverMark.leader() }
    /// The one that was started for this broker; nil where it uses somebody else's.
    public func portMapper() -> SeenProcess? { portMapperMark.leader() }

    /// Stops the broker and, where it is ours, its port mapper; a stopped one is left as it is.
    public func stop(deadline: Duration = .seconds(60)) async throws {
        guard (try? FileStatus(directory)) != nil else { return }
        let lock = SupervisedLayout(directory: directory, nodeName: "").lock
        guard let lock = try FileLock(lock) else { throw SupervisedFailure.busy(directory: directory) }
        defer { withExtendedLifetime(lock) {} }
        await endServer(grace: deadline)
        await endPortMapper()
    }

    func endServer(grace: Duration) async { await serverMark.end(grace: grace) }
    func endPortMapper() async { await portMapperMark.end(grace: .seconds(5)) }

    func linkPortMapper() throws(FileFailure) {
        unlink(portMapperPath)
        guard symlink("/usr/bin/epmd", portMapperPath) == 0 else {
            throw FileFailure(portMapperPath, "be linked", errno)
        }
    }
}
