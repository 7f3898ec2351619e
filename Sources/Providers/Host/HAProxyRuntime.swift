import ClusterModel
import HostAccess

/// HAProxy's runtime API.
public struct HAProxyRuntime: Sendable {
    let socket: String

    public init(socket: String) { self.socket = socket }

    /// The process that works now: another one after each reload. Nil where it does not answer.
    func worker() -> Int32? {
        let lines = UnixSocket.ask(socket, "show info\n", milliseconds: 500)?.split(separator: "\n")
        return lines?.first { $0.hasPrefix("Pid: ") }.flatMap { Int32($0.dropFirst(5)) }
    }

    /// What HAProxy says of each server; nil where it does not answer.
    public func backends() -> [HostSnapshot.Backend]? {
        guard let answer = UnixSocket.ask(socket, "show stat -1 4 -1\n", milliseconds: 500) else { return nil }
        let lines = answer.split(separator: "\n")
        guard let head = lines.first, head.hasPrefix("# ") else { return nil }
        let columns = head.dropFirst(2).split(separator: ",", omittingEmptySubsequences: false)
        guard let listener = columns.firstIndex(of: "pxname"), let server = columns.firstIndex(of: "svname"),
            let status = columns.firstIndex(of: "status")
        else { return nil }
        let weight = columns.firstIndex(of: "weight")
        return lines.dropFirst().compactMap { line in
            let values = line.split(separator: ",", omittingEmptySubsequences: false)
            guard values.count > max(listener, server, status) else { return nil }
            // A weight of nothing is how a broker is drained: it is up, and no client comes.
            let isDrained = weight.map { $0 < values.count && values[$0] == "0" } ?? false
            return HostSnapshot.Backend(
                listener: String(values[listener]), server: String(values[server]),
                status: isDrained && values[status].hasPrefix("UP") ? "DRAIN" : String(values[status]))
        }
    }
}
