import HostAccess
import Providers

/// The wrappers of the broker's tools: each writes its call to the log and becomes the tool.
extension BrokerHome {
    static let toolNames = [
        "rabbitmqctl", "rabbitmq-diagnostics", "rabbitmq-plugins", "rabbitmq-queues", "rabbitmq-upgrade",
        "rabbitmq-server",
    ]

    func writeTools(_ version: TestBroker.Version) throws {
        try Directory.make(tools, mode: 0o755)
        for name in Self.toolNames {
            let command = version == .v3 ? direct(name) : inTree(name)
            let script = "#!/bin/sh\n\(logging(name))\n\(command)\n"
            try AtomicFile.write(Array(script.utf8), to: "\(tools)/\(name)", mode: 0o755)
        }
        guard version == .v4 else { return }
        try AtomicFile.write(Array(enter.utf8), to: "\(path)/enter", mode: 0o755)
    }

    /// One write for each call, so that calls at the same time do not mix.
    private func logging(_ name: String) -> String {
        """
        record=\(name)
        for argument in "$@"; do record="$record\u{1F}$argument"; done
        printf '%s\u{1E}' "$record" >> \(toolLog)
        """
    }

    private func direct(_ name: String) -> String {
        "exec \(BrokerInstallation.standardTools)/\(name) \"$@\""
    }

    /// Mounts in a namespace of the call's own: they vanish with the process. Every step replaces the process, so
    /// that a signal to it reaches the tool.
    private func inTree(_ name: String) -> String {
        "exec unshare --mount --propagation private -- \(path)/enter \(name) \"$@\""
    }

    private var enter: String {
        """
        #!/bin/sh
        set -e
        tree=\(Self.tree)
        tool=$1
        shift
        mount --rbind /dev "$tree/dev"
        mount --bind /tmp "$tree/tmp"
        mount --bind /etc/hosts "$tree/etc/hosts"
        mount -t proc proc "$tree/proc"
        exec chroot "$tree" /usr/bin/setpriv --reuid=rabbitmq --regid=rabbitmq --init-groups --inh-caps=-all \\
            "\(BrokerInstallation.standardTools)/$tool" "$@"

        """
    }
}
