import Glibc
import HostAccess

extension Laboratory {
    /// Pulls the wires of hosts: their systems run on and see that the wire is gone. The name of the lab that this one
    /// is joined to stands for the wire between the two.
    public func cut(_ names: [String], in lab: LabName) async throws {
        try await withRecord(lab) { record in
            record.cut.formUnion(try names.map { name in try Self.wire(name, of: record.plan) })
            try record.write(site.layout(of: lab))
            try await applyFaults(record)
        }
    }

    /// Lets nothing through between two hosts; both still reach all others.
    public func separate(_ one: String, _ other: String, in lab: LabName) async throws {
        try check([.nft])
        try await withRecord(lab) { record in
            let pair = HostPair(try record.plan.host(one).name, try record.plan.host(other).name)
            guard pair.one != pair.other else {
                throw LabFailure.refused("\(pair.one) can't be parted from itself. Name two hosts.")
            }
            record.separated.insert(pair)
            try record.write(site.layout(of: lab))
            try await applyFaults(record)
        }
    }

    /// Mends all that was cut, or what was cut of one host, and thaws nothing.
    public func mend(_ name: String? = nil, in lab: LabName) async throws {
        try await withRecord(lab) { record in
            if let name {
                let host = try Self.wire(name, of: record.plan)
                record.cut.remove(host)
                record.separated = record.separated.filter { !$0.concerns(host) }
            } else {
                record.cut = []
                record.separated = []
            }
            try record.write(site.layout(of: lab))
            try await applyFaults(record)
        }
    }

    /// The host of that name, or the lab on the other side.
    private static func wire(_ name: String, of plan: LabPlan) throws(LabFailure) -> String {
        let isHost = plan.hosts.contains { $0.name.lowercased() == name.lowercased() }
        if !isHost, let other = plan.joined, other.description == name { return name }
        return try plan.host(name).name
    }

    /// Makes the network as the record says, whatever it was before.
    private func applyFaults(_ record: LabRecord) async throws {
        let commands = NetworkCommands(plan: record.plan)
        for host in record.plan.hosts where try power(host, record).running != nil {
            try await runner.run(commands.connect(host.port, !record.cut.contains(host.name)), "Wiring \(host.name)")
        }
        if let other = record.plan.joined?.description {
            try await runner.run(commands.connectSite(!record.cut.contains(other)), "Wiring the lab \(other)")
        }
        let pairs = record.separated.sorted { ($0.one, $0.other) < ($1.one, $1.other) }
        if !pairs.isEmpty || FileStatus.isExecutable(LabTool.nft.rawValue) {
            try await runner.run(commands.separate(pairs), "Parting hosts")
        }
    }

    /// Kills all processes of a service on a host, as if it had crashed, and says how many there were. What its unit
    /// says about restarts takes its course.
    @discardableResult
    public func kill(_ service: String, on name: String, in lab: LabName) async throws -> Int {
        var killed = try signal(service, on: name, in: lab, SIGKILL)
        // What was forked meanwhile; a restart takes systemd longer.
        killed.formUnion((try? signal(service, on: name, in: lab, SIGKILL)) ?? [])
        try await reached("The end of \(service) on \(name)", within: .seconds(10)) {
            !killed.contains(where: \.isRunning)
        }
        return killed.count
    }

    /// Stops all processes of a service in the middle of what they do, or lets them go on.
    @discardableResult
    public func freeze(_ service: String, on name: String, in lab: LabName, thaw: Bool = false) throws -> Int {
        try signal(service, on: name, in: lab, thaw ? SIGCONT : SIGSTOP).count
    }

    private func signal(_ service: String, on name: String, in lab: LabName, _ number: Int32) throws -> Set<SeenProcess>
    {
        try check([])
        let record = try record(lab)
        let host = try record.plan.host(name)
        _ = try leader(of: name, record)
        let unit = LabService.unit(service)
        let found = try ControlGroups.detect().processes(ofUnit: unit, on: host.name, of: lab)
        guard !found.isEmpty else { throw LabFailure.refused("\(unit) does not run on \(host.name).") }
        for process in found { process.signal(number) }
        return found
    }
}

/// Names of services, as people say them.
enum LabService {
    static func unit(_ name: String) -> String {
        switch name {
        case "rabbitmq": "rabbitmq-server.service"
        case _ where name.contains("."): name
        default: name + ".service"
        }
    }
}
