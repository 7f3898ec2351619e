import ClusterModel
import HostAccess
import Providers
import StateStore

/// Looks, several times a second and without a process, at the little that must be noticed at once: services whose
/// process ended, the virtual address, the manifest's file, Warren's own files and what other agents say. It decides nothing; it wakes a run.
struct Sentinel {
    let settings: AgentSettings
    let state: AgentState
    let triggers: Triggers
    let peerWatch: PeerWatch

    /// How often processes and addresses are looked at. A dead HAProxy must give up the address within a second.
    static let interval = Duration.milliseconds(200)
    /// How many intervals lie between two looks at the other agents: while something is to do, and while nothing is.
    static let peerRounds = (busy: 5, calm: 25)

    func run() async {
        var seen = Seen()
        var round = Self.peerRounds.calm
        while !Task.isCancelled {
            look(&seen)
            let isCalm = state.read { $0.snapshot.lastRun?.result == RunResult.converged.rawValue }
            if round >= (isCalm ? Self.peerRounds.calm : Self.peerRounds.busy) {
                round = 0
                tellProxies()
                await peerWatch.ask()
            }
            round += 1
            try? await Task.sleep(for: Self.interval)
        }
    }

    private struct Seen {
        var dead: Set<SeenProcess> = []
        var processes: [HostService: SeenProcess] = [:]
        var gone: [HostService: Int32] = [:]
        var holdsVIP: Bool?
        var isStopped = false
        var manifest: [FileStamp]?
        /// As they were when a run was last woken for them.
        var files: [FileStamp] = []
        var health: String?
    }

    private func look(_ seen: inout Seen) {
        let (manifest, host, known) = state.read { ($0.manifest, $0.host, $0.processes) }
        for (service, pid) in known where seen.processes[service]?.pid != pid {
            seen.processes[service] = SeenProcess(pid: pid)
            // One that ended between the run that saw it and this look.
            if seen.processes[service] == nil, seen.gone.updateValue(pid, forKey: service) != pid {
                triggers.wake(.event)
            }
        }
        for service in seen.processes.keys where known[service] == nil { seen.processes[service] = nil }
        for process in seen.processes.values where !process.isRunning && seen.dead.insert(process).inserted {
            triggers.wake(.event)
        }
        // Nothing else tells that a signal stopped the node, and when it goes on the others may have gone on without it.
        let isStopped = seen.processes[.rabbitmq].map { ProcessTable.isStopped($0.pid) } ?? false
        if isStopped != seen.isStopped { triggers.wake(.event) }
        seen.isStopped = isStopped
        if host?.roles.contains(.proxy) == true, manifest?.vip != nil { tellHealth(&seen) }
        if let node = host?.nodeName, host?.roles.contains(.broker) == true,
            seen.processes[.rabbitmq]?.isRunning != true
        {
            // Whether it is blank decides whether the others may forget it, so that it is told as it is now.
            let data = HostSnapshot.Node.DataDirectory(HostFiles.data(of: node, in: settings.layout))
            state.update { $0.snapshot.node?.data = data }
        }
        if let vip = manifest?.vip, host?.roles.contains(.proxy) == true {
            let holds = NetworkInterfaces.hold(vip.address.address)
            if let before = seen.holdsVIP, before != holds { triggers.wake(.event) }
            seen.holdsVIP = holds
            state.update { $0.snapshot.proxy?.holdsVIP = holds }
        }
        let stamps = FileStamp.all(settings.manifestPath)
        if let before = seen.manifest, before != stamps { triggers.wake(.commit) }
        seen.manifest = stamps
        lookAtFiles(&seen)
    }

    /// A file of Warren's that somebody edits is put back at once.
    private func lookAtFiles(_ seen: inout Seen) {
        let known = state.read { $0.files }
        let stamps = known.map(\.path).flatMap(FileStamp.all)
        guard stamps != known else { return seen.files = known }
        if stamps != seen.files { triggers.wake(.event) }
        seen.files = stamps
    }

    /// keepalived watches this file, and gives the address away while it holds 1.
    private func tellHealth(_ seen: inout Seen) {
        let works = seen.processes[.haproxy]?.isRunning == true
        let text = works ? "0\n" : "1\n"
        guard text != seen.health else { return }
        do {
            try Directory.make(settings.layout.haproxyHealth.directoryOfPath, mode: 0o755)
            try AtomicFile.overwrite(Array(text.utf8), to: settings.layout.haproxyHealth)
            seen.health = text
        } catch {
            seen.health = nil
        }
    }

    /// What HAProxy says of its servers, and who holds the address, is told as it is now.
    private func tellProxies() {
        let (manifest, host) = state.read { ($0.manifest, $0.host) }
        guard let manifest, let host, host.roles.contains(.proxy) else { return }
        let backends = HAProxyRuntime(socket: settings.layout.haproxySocket).backends()
        let builder = SnapshotBuilder(manifest: manifest, host: host, layout: settings.layout)
        state.update { shared in
            shared.snapshot.proxy?.backends = backends
            for condition in builder.proxyConditions(shared.snapshot, peers: shared.peers) {
                shared.snapshot.tell(condition)
            }
        }
    }
}

/// What changes when a file is changed.
struct FileStamp: Hashable {
    let path: String
    let status: FileStatus.Stamp

    /// The file's stamp, or those of a folder's files.
    static func all(_ path: String) -> [FileStamp] {
        let names = (try? Directory.names(path)) ?? []
        let paths = names.isEmpty ? [path] : names.map { path + "/" + $0 }
        return paths.compactMap { path in (try? FileStatus(path)).map { FileStamp(path: path, status: $0.stamp) } }
    }
}
