import ClusterModel

extension ManifestChecks {
    /// The agent's own ports: two different ones, where its proxies can reach them.
    mutating func checkStatus(_ status: Located?, _ proxy: Located?) {
        guard let status else { return }
        if let port = status["port"]?.integer, let other = status["agentCheckPort"], port == other.integer {
            report.error(other.position, "port \(port) is taken by status.port; write another one")
        }
        let asksAgents = (proxy?["listeners"]?.elements ?? []).contains { $0["check"]?.string == "agent" }
        if asksAgents, let address = status["address"], address.string == "loopback" {
            report.error(
                address.position, "a listener has check: agent, and no other host reaches loopback; write host or any")
        }
    }

    func statusSettings(_ status: Located?) -> StatusSettings {
        let standard = StatusSettings()
        return StatusSettings(
            port: status?["port"]?.integer ?? standard.port,
            agentCheckPort: status?["agentCheckPort"]?.integer ?? standard.agentCheckPort,
            scope: status?["address"]?.string.flatMap(StatusSettings.Scope.init) ?? standard.scope)
    }

    func membershipSettings(_ membership: Located?) -> MembershipSettings {
        let standard = MembershipSettings()
        return MembershipSettings(
            replaceBlank: membership?["replaceBlank"]?.string.flatMap(MembershipSettings.ReplaceBlank.init)
                ?? standard.replaceBlank,
            discardMinority: membership?["discardMinority"]?.string.flatMap(MembershipSettings.DiscardMinority.init)
                ?? standard.discardMinority,
            restarts: membership?["restarts"]?.string.flatMap(MembershipSettings.Restarts.init) ?? standard.restarts,
            rebalanceAfter: membership?.duration("rebalanceAfter") ?? standard.rebalanceAfter)
    }
}
