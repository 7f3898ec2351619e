import Foundation
import HostAccess

extension Laboratory {
    /// The command that runs `command` on a host, or on this machine in the lab's network where `host` is `client`.
    ///
    /// On a host it has the host's environment; in the network it has `environment` and starts in `directory`.
    public func invocation(
        _ host: String, _ command: [String], in record: LabRecord,
        environment: [String: String] = ProcessInfo.processInfo.environment, directory: String = WorkingDirectory.path,
        within deadline: Duration = .seconds(60)
    ) throws -> Invocation {
        try check([.nsenter, .ip])
        if host == LabPort.clientName {
            return HostCommands.join(
                record.plan.client, command, environment: environment, directory: directory, within: deadline)
        }
        let leader = try leader(of: host, record)
        return HostCommands.enter(leader: leader.pid, command, terminal: environment["TERM"], within: deadline)
    }

    /// Runs a command on a host, or beside the hosts as `client`, to its end.
    public func exec(
        _ host: String, _ command: [String], in record: LabRecord, input: [UInt8]? = nil,
        within deadline: Duration = .seconds(60)
    ) async throws -> ProcessResult {
        var call = try invocation(host, command, in: record, within: deadline)
        call.standardInput = input
        return try await runner.runner.run(call)
    }

    /// Process 1 of a host that is on.
    func leader(of name: String, _ record: LabRecord) throws -> SeenProcess {
        let host = try record.plan.host(name)
        guard let leader = try power(host, record).running?.leader else {
            throw LabFailure.refused(
                "\(host.name) is off. Switch it on with: warren lab power-on --name \(record.plan.name) \(host.name)")
        }
        return leader
    }
}
