import ClusterModel
import HostAccess
import Planning
import Reporting
import StateStore

/// Writes the drift report as a file, once for each day or week.
public struct ReportFiles: Sendable {
    /// A report in a format.
    public typealias Rendering = @Sendable (DriftReport, ReportSettings.Format) -> String

    let store: StateStore
    let render: Rendering

    public init(store: StateStore, render: @escaping Rendering) {
        self.store = store
        self.render = render
    }

    /// Writes what is due, and removes what is older than is kept.
    ///
    /// - Returns: the path of the file; nil where nothing was due.
    /// - Throws: where it could not be written; it stays due then.
    @discardableResult
    public func write(_ settings: ReportSettings, at now: Timestamp) throws -> String? {
        guard let period = ReportPeriod.due(settings.every, last: try store.lastReport(), now: now) else { return nil }
        let report = try DriftReport(
            reading: store, at: now, since: period.from, until: period.until,
            limit: settings.format == .json ? .max : DriftReport.shortLength)
        if (try? FileStatus(settings.directory)) == nil { try Directory.make(settings.directory, mode: 0o750) }
        let path = settings.directory + "/" + period.fileName(settings.format)
        try AtomicFile.write(Array(render(report, settings.format).utf8), to: path, mode: 0o640)
        try store.recordReport(until: period.until)
        for name in ReportPeriod.outdated(try Directory.names(settings.directory), settings) {
            try AtomicFile.remove(settings.directory + "/" + name)
        }
        return path
    }

    /// Looks every half a minute, for ever. A failure is told once, until another one or none follows.
    func run(_ state: AgentState, log: @Sendable (AgentEvent) -> Void) async {
        var told: String?
        while !Task.isCancelled {
            if let settings = state.read({ $0.manifest?.reports }) {
                do {
                    if let path = try write(settings, at: SystemClock.now()) { log(.report(.success(path))) }
                    told = nil
                } catch {
                    if "\(error)" != told { log(.report(.failure(HostProblem("\(error)")))) }
                    told = "\(error)"
                }
            }
            try? await Task.sleep(for: .seconds(30))
        }
    }
}
