import ClusterModel
import HostAccess
import Providers
import Rendering
import ResourceKinds

/// What one host's own agent has to bring about, out of the whole manifest.
struct HostDesired {
    let manifest: ClusterManifest
    let host: Host
    let layout: HostLayout
    let secrets: SecretReader

    /// - Parameters:
    ///   - isRunning: whether the broker runs, which then sets its plugins itself.
    ///   - join: what the node would join, see `Formation`.
    ///   - blanks: members whose disks came back blank.
    ///   - cluster: what the own node told; nil where it does not run.
    func resources(
        brokerIsRunning isRunning: Bool, join: JoinDecision?, blanks: [String: BlankDecision], cluster: ClusterView?
    ) -> ResolvedResources {
        var desired = ResolvedResources()
        if host.roles.contains(.broker) {
            broker(isRunning, &desired)
            desired.resources += members(join, blanks)
            if let cluster {
                let running = manifest.members.filter(cluster.runningMembers.contains)
                desired.resources += running.map { ReplicasKind.resource($0) } + [LeadersKind.resource(manifest.name)]
            }
        }
        if host.roles.contains(.proxy) { proxy(&desired) }
        return desired
    }

    private func members(_ join: JoinDecision?, _ blanks: [String: BlankDecision]) -> [Resource] {
        manifest.brokers.map { member in
            var resource = MemberKind.resource(member.nodeName, member.nodeType)
            if member == host, case .seed(let seed)? = join { resource.fields["seed"] = .string(seed) }
            if case .forget(let lost?)? = blanks[member.nodeName] { resource.fields["lost"] = .string(lost) }
            return resource
        }
    }

    private func broker(_ isRunning: Bool, _ desired: inout ResolvedResources) {
        let settings = manifest.broker
        if let cookie = settings.erlangCookie {
            let file = self.file(layout.cookie, "", 0o400, layout.brokerOwner, .rabbitmq)
            add(file, secret: cookie, to: &desired) { $0 }
        }
        let owner =
            layout.administrator + ":" + (layout.brokerOwner.split(separator: ":").last.map(String.init) ?? "root")
        func configuration(_ name: String, _ text: String) -> FileChange {
            file(layout.brokerConfiguration + "/" + name, text, 0o640, owner, .rabbitmq)
        }
        desired.resources.append(
            FileKind.resource(
                configuration("rabbitmq.conf", BrokerFiles.rabbitmqConf(settings, manifest: manifest.name))))
        desired.resources.append(
            FileKind.resource(
                configuration("rabbitmq-env.conf", BrokerFiles.rabbitmqEnvConf(settings, manifest: manifest.name))))
        if let advanced = settings.advancedConfig {
            if let reference = SecretReference(advanced) {
                add(configuration("advanced.config", ""), secret: reference, isShown: true, to: &desired) { $0 }
            } else {
                desired.resources.append(FileKind.resource(configuration("advanced.config", advanced.string ?? "")))
            }
        }
        let plugins = manifest.resources.first { $0.id == PluginsKind.id }?["enabled"]?.array?.compactMap(\.string)
        if let plugins, !isRunning {
            let file = file(
                layout.enabledPlugins, BrokerFiles.enabledPlugins(plugins), 0o644, layout.brokerOwner, .rabbitmq)
            desired.resources.append(FileKind.resource(file))
        }
        desired.resources.append(ServiceKind.resource(.rabbitmq))
    }

    private func proxy(_ desired: inout ResolvedResources) {
        guard let proxy = manifest.proxy else { return }
        let file = self.file(layout.haproxyConfiguration, "", 0o640, layout.haproxyOwner, .haproxy)
        func text(_ password: String?) -> String {
            HAProxyFile.text(
                proxy, on: host, of: manifest, password: password,
                layout: HAProxyFile.Layout(
                    adminSocket: layout.haproxySocket, serverState: layout.haproxyState, jail: layout.haproxyJail,
                    account: layout.haproxyAccount))
        }
        if let password = proxy.stats?.password, let reference = SecretReference(password) {
            add(file, secret: reference, isShown: true, to: &desired, rendered: text)
        } else {
            let resource = FileKind.resource(file.with(text(proxy.stats?.password?.string)))
            if let password = proxy.stats?.password?.string { desired.secrets.append(password) }
            desired.resources.append(resource)
        }
        desired.resources.append(ServiceKind.resource(.haproxy))
        guard let vip = manifest.vip else { return }
        let keepalived = KeepalivedFile.text(
            vip, on: host, of: manifest, layout: KeepalivedFile.Layout(healthFile: layout.haproxyHealth))
        desired.resources.append(
            FileKind.resource(
                self.file(layout.keepalivedConfiguration, keepalived, 0o640, "root:root", .keepalived)))
        desired.resources.append(ServiceKind.resource(.keepalived))
    }

    private func file(
        _ path: String, _ contents: String, _ mode: UInt32, _ owner: String, _ reader: FileChange.Reader
    ) -> FileChange {
        FileChange(path: path, contents: contents, mode: mode, owner: owner, reader: reader)
    }

    /// A file that holds a secret: all of it, or `isShown` where only a part of it is one.
    private func add(
        _ file: FileChange, secret reference: SecretReference, isShown: Bool = false,
        to desired: inout ResolvedResources, rendered: (String) -> String
    ) {
        do throws(SecretFailure) {
            let read = try secrets.read(reference)
            if reader(file, refuses: read.text) {
                desired.unreadable[FileKind.id(file.path)] = "The secret in \(reference) can't stand in \(file.path)."
            }
            desired.secrets.append(read.text)
            desired.warnings += read.warnings
            desired.resources.append(FileKind.resource(file.with(rendered(read.text)), isSecret: !isShown))
        } catch {
            desired.unreadable[FileKind.id(file.path)] = "\(error)"
            desired.resources.append(FileKind.resource(file, isSecret: !isShown))
        }
    }

    private func reader(_ file: FileChange, refuses secret: String) -> Bool {
        file.reader == .haproxy && HAProxyFile.problem(inPassword: secret) != nil
    }
}

extension FileChange {
    func with(_ contents: String) -> FileChange {
        FileChange(path: path, contents: contents, mode: mode, owner: owner, reader: reader)
    }
}
