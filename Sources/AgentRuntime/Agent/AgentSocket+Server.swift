import ClusterModel
import HostAccess
import StateStore

extension AgentSocket {
    /// Serves requests until the task is cancelled.
    public static func serve(_ agent: Agent, state: String) async throws(FileFailure) {
        await (try UnixSocketServer(path(state: state))).run { request in
            switch request {
            case reconcile:
                agent.wake(.request)
                return JSONValue.object(["asked": true]).description + "\n"
            case reconcileAndWait:
                return json(await agent.request()).description + "\n"
            default:
                return JSONValue.object(["error": "this agent does not know that request"]).description + "\n"
            }
        }
    }
}

/// What came of asking the agent of this host.
public enum AgentReply: Hashable, Sendable {
    case asked
    case answered(RunAnswer)
    /// None listens at that path.
    case noAgent(path: String)
    /// It ended, or said nothing in time.
    case silent
}

extension AgentSocket {
    /// Asks the agent for a run.
    ///
    /// - Parameter seconds: how long to wait for its end; nil to ask only.
    public static func reconcile(state: String, waiting seconds: Int?) -> AgentReply {
        let path = path(state: state)
        guard (try? FileStatus(path)) != nil else { return .noAgent(path: path) }
        let request = seconds == nil ? reconcile : reconcileAndWait
        let begun = ContinuousClock.now
        guard let text = UnixSocket.ask(path, request + "\n", milliseconds: (seconds ?? 5) * 1000) else {
            return ContinuousClock.now - begun < .seconds(1) ? .noAgent(path: path) : .silent
        }
        guard let json = try? JSONValue(parsing: Array(text.utf8)) else { return .silent }
        if let reason = json["error"]?.string { return .answered(.failed(reason)) }
        guard let result = json["result"]?.string.flatMap(RunResult.init), let sentence = json["sentence"]?.string
        else { return json["asked"] == true ? .asked : .silent }
        return .answered(.ran(run: json["run"]?.integer.map(Int64.init), result, sentence: sentence))
    }
}
