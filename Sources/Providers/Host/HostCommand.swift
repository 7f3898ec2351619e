import ClusterModel

/// What a step on this host does, as a line for people: a command where there is one, otherwise what is written.
struct HostCommand {
    let tool: String
    let arguments: [String]

    /// Nil for what is not of a host.
    ///
    /// - Parameter services: who starts services here; nil for systemd.
    init?(_ changes: [Change], by services: (any ServiceControl)?) {
        switch changes.first {
        case .file(let file):
            tool = "write"
            arguments = [file.path, file.owner, "0" + String(file.mode, radix: 8)]
        case .start:
            let started = changes.compactMap { if case .start(let service) = $0 { service } else { nil } }
            let command = services?.handCommand(.start, started) ?? ["systemctl", "start"] + started.map(\.unit)
            tool = command[0]
            arguments = Array(command.dropFirst())
        case .node(let repair):
            tool = "repair"
            arguments = [repair.steps]
        case .membership, .merge, .remove, .restart, .plugins, nil: return nil
        }
    }
}
