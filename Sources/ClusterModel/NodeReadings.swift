/// What a host's agent read of its own node, before it says what state that is. Each reading can be unknown.
public struct NodeReadings: Hashable, Sendable {
    /// The node's process, as the kernel tells.
    public enum Process: Hashable, Sendable, CaseIterable {
        case unknown, none, living
        /// Somebody stopped it with a signal; it goes on when it is told to.
        case stoppedBySignal
    }

    /// What the Erlang port mapper (epmd) says of the node's name.
    public enum Registration: Hashable, Sendable, CaseIterable { case unknown, noPortMapper, absent, present }

    /// What the node says of its application.
    public enum Application: Hashable, Sendable, CaseIterable {
        /// It was not asked, or its answer makes no sense.
        case unknown
        /// It was asked and did not answer in time.
        case silent
        case running, booting
        /// It stopped by itself, as it is in a minority, and waits until it sees a majority.
        case paused
        /// A person stopped it.
        case stopped
    }

    public var process: Process
    public var registration: Registration
    public var application: Application
    /// Whether the service manager says that the node is on its way up.
    public var isStarting: Bool
    /// For how many seconds the living node has not answered.
    public var silentSeconds: Int
    /// The cluster as the node sees it; nil where it does not run.
    public var view: ClusterView?

    public init(
        process: Process = .unknown, registration: Registration = .unknown, application: Application = .unknown,
        isStarting: Bool = false, silentSeconds: Int = 0, view: ClusterView? = nil
    ) {
        self.process = process
        self.registration = registration
        self.application = application
        self.isStarting = isStarting
        self.silentSeconds = silentSeconds
        self.view = view
    }
}
