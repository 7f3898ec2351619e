import ClusterModel
import HostAccess
import ManifestLoading
import Providers

/// Looks for what on this host would keep Warren from working. It changes nothing.
public struct Doctor: Sendable {
    public let context: HostContext
    public let manifestPath: String
    /// Whether a person named the manifest, so that its absence is a failure.
    public let isManifestNamed: Bool
    public let statePath: String
    let runner: any ProcessRunning

    public init(
        context: HostContext, manifestPath: String, isManifestNamed: Bool, statePath: String, runner: any ProcessRunning
    ) {
        self.context = context
        self.manifestPath = manifestPath
        self.isManifestNamed = isManifestNamed
        self.statePath = statePath
        self.runner = runner
    }

    /// Every finding, in the order in which one problem leads to the next.
    public func examine(at now: Timestamp) async -> [Finding] {
        let (manifestFinding, manifest) = ManifestCheck.look(manifestPath, isNamed: isManifestNamed)
        var findings = hostFindings() + [manifestFinding]
        if let manifest { findings += manifestFindings(manifest) }
        findings.append(StateCheck.look(statePath, at: now))
        do {
            let installation =
                try manifest.map { try context.installation(for: $0, runner: runner) } ?? context.installation()
            return findings + (await brokerFindings(installation, manifest))
        } catch {
            let reason = "\(error)"
            // What the checks above already say is not said again.
            let isKnown = findings.contains { $0.status == .failure }
            return isKnown ? findings : findings + [.failure("broker", reason, nil)]
        }
    }

    private func hostFindings() -> [Finding] {
        [
            ToolCheck.look(context.toolsDirectory ?? BrokerInstallation.standardTools),
            AccountCheck.permissions(current: OSUser.current?.name, isRoot: OSUser.isRoot, runtime: context.runtime),
            AccountCheck.account(OSUser(named: "rabbitmq"), isRoot: OSUser.isRoot, runtime: context.runtime),
            NameCheck.look(
                context.name, addresses: HostLookup.addresses(of: context.name), own: HostLookup.ownAddresses()),
            MemoryCheck.look(MemoryCheck.candidates(isRoot: OSUser.isRoot, environment: context.environment)),
        ]
    }

    private func manifestFindings(_ manifest: ClusterManifest) -> [Finding] {
        do {
            let host = try context.host(in: manifest)
            return [.pass("host", "The manifest names this host, \(host.name).")]
        } catch {
            return [.failure("host", "\(error).".sentence, nil)]
        }
    }

    private func brokerFindings(_ installation: BrokerInstallation, _ manifest: ClusterManifest?) async -> [Finding] {
        let cookie = CookieCheck.look(
            (installation.environment["HOME"] ?? "/var/lib/rabbitmq") + "/.erlang.cookie", owner: installation.fileOwner
        )
        var findings = [cookie, PortMapperCheck.look(installation)]
        if let manifest { findings += PluginCheck.look(manifest, installation) }
        // Without a cookie file the tools would make one, which is nobody's.
        guard cookie.status != .failure else {
            return findings + [.warning("node", "The node was not asked, as the cookie file can't be used.", nil)]
        }
        do throws(BrokerFailure) {
            let view = try await BrokerReader(tools: BrokerTools(installation: installation, runner: runner))
                .clusterView()
            return findings + NodeCheck.look(view, nodeName: installation.nodeName)
        } catch {
            return findings + [NodeCheck.finding(error)]
        }
    }
}

extension String {
    /// The text with a capital letter at its beginning and one full stop at its end.
    var sentence: String {
        var text = self
        while text.hasSuffix(".") { text.removeLast() }
        return text.prefix(1).uppercased() + text.dropFirst() + "."
    }
}
