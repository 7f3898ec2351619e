import HostAccess

extension Laboratory {
    /// Cuts the power of hosts: all that runs there is gone at once, the disks stay. With `isGraceful` their systems
    /// stop everything in order first.
    public func powerOff(_ names: [String], in lab: LabName, isGraceful: Bool = false) async throws {
        try await withRecord(lab) { record in
            let hosts = try names.map { name in try record.plan.host(name) }
            for host in hosts { _ = try leader(of: host.name, record) }
            try await forEach(hosts) { [record] host in
                try await runner.step(host.name, isGraceful ? "shut down" : "power cut") {
                    let power = try power(host, record)
                    if isGraceful { try await power.shutDown() } else { try await power.cutPower() }
                    try await disk(host, record).unmount()
                }
            }
        }
    }

    /// Boots hosts from the disks that they have.
    public func powerOn(_ names: [String], in lab: LabName) async throws {
        try await withRecord(lab) { record in
            let hosts = try names.map { name in try record.plan.host(name) }
            for host in hosts where try power(host, record).running != nil {
                throw LabFailure.refused("\(host.name) is on already.")
            }
            try await makeNetwork(record.plan, site.layout(of: lab))
            try await forEach(hosts) { [record] host in
                try await runner.step(host.name, "booted") {
                    try await disk(host, record).mount()
                    try await orOff(host, record) {
                        try await power(host, record).on(isConnected: !record.cut.contains(host.name))
                    }
                }
            }
        }
    }

    /// Puts a new machine in the place of a host: a blank disk, the same name, address, manifest and packages.
    public func replace(_ name: String, in lab: LabName) async throws {
        try await withRecord(lab) { record in
            let host = try record.plan.host(name)
            try await runner.step(host.name, "disk erased") {
                try await power(host, record).cutPower()
                try await disk(host, record).erase()
            }
            try await makeNetwork(record.plan, site.layout(of: lab))
            try await orOff(host, record) { [record] in try await boot(host, record) }
        }
    }

    /// A host that did not come up is off.
    private func orOff(_ host: LabHost, _ record: LabRecord, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch {
            await Task { try? await power(host, record).cutPower() }.value
            throw error
        }
    }
}
