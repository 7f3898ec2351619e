import AgentRuntime
import ClusterModel
import HostAccess
import Providers
import StatusServer

/// What an agent tells others, at the addresses that the manifest says.
struct AgentServers {
    let agent: Agent
    let log: AgentLog
    private let hook: Hook?

    init(agent: Agent, log: AgentLog) {
        self.agent = agent
        self.log = log
        hook = agent.webhookDoor.map { AgentHook(agent: agent, door: $0, log: log).hook }
    }

    /// Serves until the task is cancelled. Where it can't listen it says so and tries again; where the manifest names
    /// other addresses, it moves there.
    func run() async throws {
        while !Task.isCancelled {
            guard let endpoints = agent.endpoints else {
                try await Task.sleep(for: .milliseconds(100))
                continue
            }
            do {
                try await serve(at: endpoints)
            } catch is CancellationError {
                return
            } catch {
                log.write(.error, "the agent can't tell of itself: \(error)")
                try await Task.sleep(for: .seconds(5))
            }
        }
    }

    /// Returns when the manifest names other addresses.
    private func serve(at endpoints: StatusEndpoints) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let status = StatusServer(
                addresses: endpoints.hosts.map { ListenAddress($0, port: endpoints.port) },
                staleAfter: .seconds(Agent.longestRun), now: { SystemClock.now() }, usage: { ProcessUsage.current() },
                look: { [agent] in agent.look() }, hook: hook, snapshot: { [agent] in agent.snapshot })
            group.addTask { try await status.run() }
            if endpoints.answersAgentCheck {
                for host in endpoints.hosts {
                    let check = AgentCheckServer(address: ListenAddress(host, port: endpoints.agentCheckPort)) {
                        [agent] in
                        agent.answer(at: SystemClock.now())
                    }
                    group.addTask { try await check.run() }
                }
            }
            group.addTask { [agent] in
                while agent.endpoints == endpoints { try await Task.sleep(for: .milliseconds(500)) }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}

/// The other hosts as their agents tell of them.
struct AgentPeers: PeerSource {
    private let client = PeerClient()

    func snapshots(of hosts: [Host], port: Int) async -> [String: HostSnapshot] {
        let answers = await client.snapshots(of: hosts.map { PeerClient.Peer($0.name, at: $0.address, port: port) })
        return answers.compactMapValues { try? $0.get() }
    }

    func look(at host: Host, port: Int) async -> Bool {
        await client.look(at: PeerClient.Peer(host.name, at: host.address, port: port))
    }
}

/// Webhooks: judged, obeyed, and passed on to the other hosts.
private struct AgentHook {
    let agent: Agent
    let door: WebhookDoor
    let log: AgentLog
    private let sender = HTTPSender()

    init(agent: Agent, door: WebhookDoor, log: AgentLog) {
        self.agent = agent
        self.door = door
        self.log = log
    }

    var hook: Hook {
        Hook { call in
            switch door.judge(call.body, signature: call.signature) {
            case .forbidden: return .forbidden
            case .replayed: return .replayed
            case .unavailable:
                log.write(.error, "a webhook came and its secret can't be read; see --webhook-secret")
                return .unavailable
            case .accepted:
                agent.commits?.poke()
                if !call.isForwarded { Task { await passOn(call) } }
                return .accepted
            }
        }
    }

    /// Each agent judges it anew. One that is not reached finds the commit when it asks by itself.
    private func passOn(_ call: Hook.Call) async {
        await withTaskGroup(of: Void.self) { group in
            for other in agent.otherAgents {
                let url = "http://\(ListenAddress(other.address, port: other.port))\(Hook.path)"
                group.addTask {
                    _ = await sender.post(
                        call.body, to: url,
                        fields: [HTTPSender.signatureField: call.signature ?? "", Hook.forwardedField: "1"],
                        deadline: .seconds(2))
                }
            }
        }
    }
}
