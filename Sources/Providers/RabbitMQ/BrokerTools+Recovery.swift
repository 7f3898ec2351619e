import ClusterModel

/// What only a person may order. Each is the broker's own command.
extension BrokerTools {
    /// Takes a member that does not run out of the cluster; with it go the classic queues that were on it alone.
    public func forget(_ node: String) async throws(BrokerFailure) {
        _ = try await write(BrokerCommand(recovering: ["forget_cluster_node", node]))
    }

    /// The same on a node that is stopped and waits for the one that is gone: Mnesia alone.
    public func forgetOffline(_ node: String) async throws(BrokerFailure) {
        _ = try await write(BrokerCommand(recovering: ["forget_cluster_node", "--offline", node]))
    }

    /// Makes the next start of a stopped node wait for nobody.
    public func forceBoot() async throws(BrokerFailure) {
        _ = try await write(BrokerCommand(recovering: ["force_boot"]))
    }

    /// Makes a node that waits for a leader the only member: Khepri alone.
    public func standAlone() async throws(BrokerFailure) {
        _ = try await write(BrokerCommand(recovering: ["force_standalone_khepri_boot"]))
    }

    /// Lets the quorum queues of the only member go on without their other replicas. Before RabbitMQ 3.13 there is no such
    /// call: there they go on as soon as a majority of their replicas runs again, be it a blank one.
    public func shrinkQueues() async throws(BrokerFailure) {
        let shrink = "force_all_queues_shrink_member_to_current_member"
        let script = ErlangScript(
            "shrink",
            body: """
                case erlang:function_exported(rabbit_quorum_queue, \(shrink), 0) of
                  true -> rabbit_quorum_queue:\(shrink)();
                  false -> ok end
                """)
        _ = try Self.records(try await write(BrokerCommand(script, shown: "Shrink()")))
    }

    /// Creates what an export holds, under the lease that guards writing.
    ///
    /// - Returns: what the broker refused, in its words.
    public func restore(
        _ definitions: Definitions, members: [String], holder: String
    ) async throws(BrokerFailure) -> [String] {
        let entries = definitions.sections.sorted { $0.key < $1.key }.flatMap { section, values in
            values.map { DefinitionsEntry(section, $0) }
        }
        let script = ChangeScript.script(
            "restore", definitions: [ImportScript.definition], change: ImportScript.call,
            carrying: ImportScript.carried(entries.map { [$0] }),
            under: Precondition(members: members, lease: Lease(holder: holder)), reading: nil)
        let records = try Self.records(try await write(BrokerCommand(script, shown: "Import()")))
        if let reason = records.text("blocked") { throw .garbled("not imported: \(reason)") }
        return entries.indices.compactMap { index in
            let word = records.text("\(index)") ?? "nothing was said of it"
            guard word != "ok" else { return nil }
            let name = entries[index].value["name"]?.string ?? entries[index].value.description
            return "\(entries[index].section.rawValue) \(name): \(word)"
        }
    }
}
