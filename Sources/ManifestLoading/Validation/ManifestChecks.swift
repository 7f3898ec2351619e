import ClusterModel
import ResourceKinds

/// What can be told only once the whole manifest is read: identities, references, and what the broker would refuse.
struct ManifestChecks {
    var report: Report
    let version: BrokerVersion?
    let broken: Set<SourcePosition>
    /// False where a part of the manifest could not be read, so that nothing can be called undeclared.
    let isComplete: Bool
    /// Where the roles of each host were written.
    var rolePositions: [String: SourcePosition] = [:]

    init(_ reader: ShapeReader, isComplete: Bool) {
        report = reader.report
        version = reader.options.brokerVersion
        broken = reader.broken
        self.isComplete = isComplete
    }

    mutating func manifest(name: Located?, spec: Located) -> ClusterManifest? {
        if let name { checkClusterName(name) }
        let whole = spec.adding("clusterName", name)
        let hosts = checkHosts(spec["hosts"])
        let broker = checkBroker(spec["broker"])
        checkStatus(spec["status"], spec["proxy"])
        let ports = OwnPorts(
            status: spec["status"], broker: broker, plugins: spec[["broker", "plugins"]]?.strings ?? [])
        let proxy = checkProxy(spec["proxy"], hosts, ports)
        let vip = checkVIP(spec["vip"], hosts)
        let resources = checkResources(in: whole)
        return ClusterManifest(
            name: name?.string ?? "", mode: spec["mode"]?.string.flatMap(ClusterManifest.Mode.init) ?? .enforce,
            modes: modes(spec["modes"]), hosts: hosts, broker: broker,
            membership: membershipSettings(spec["membership"]),
            status: statusSettings(spec["status"]), proxy: proxy, vip: vip, prune: pruneSettings(spec["prune"]),
            ignore: checkIgnore(spec["ignore"]), notifications: checkNotifications(spec["notifications"]),
            reports: checkReports(spec["reports"]), resources: resources, spec: whole)
    }

    private mutating func checkClusterName(_ name: Located) {
        guard let text = name.string, text.printable != text else { return }
        report.error(
            name.position, "metadata.name holds characters that can't be seen: \(text.quoted); write it without")
    }

    private func modes(_ modes: Located?) -> [String: ClusterManifest.Mode] {
        let known = (modes?.members ?? []).compactMap { member in
            member.value.string.flatMap(ClusterManifest.Mode.init).map { (member.name, $0) }
        }
        return Dictionary(known) { _, last in last }
    }

    private func pruneSettings(_ prune: Located?) -> PruneSettings {
        PruneSettings(
            enabled: Set(PruneSettings.keys.filter { prune?[$0]?.bool == true }),
            maxDeletions: prune?["maxDeletions"]?.integer ?? PruneSettings().maxDeletions)
    }

    private mutating func checkIgnore(_ ignore: Located?) -> [IgnoreRule] {
        (ignore?.elements ?? []).compactMap { rule in
            guard let pattern = rule["resource"], let text = pattern.string else { return nil }
            let parts = text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[1].isEmpty else {
                report.error(
                    pattern.position,
                    "\(text.quoted) names no resource; write a kind and a path, such as “policy orders/*”")
                return nil
            }
            guard let kind = ResourceKinds.byName[Kind(parts[0])] else {
                let names = ResourceKinds.all.map(\.kind.name)
                let hint =
                    report.suggestion(for: parts[0], among: names) ?? "; the kinds are \(names.joined(separator: ", "))"
                report.error(pattern.position, "there is no kind \(parts[0].quoted)\(hint)")
                return nil
            }
            for field in rule["fields"]?.elements ?? [] {
                guard let name = field.string, !kind.fieldOrder.contains(name) else { continue }
                let hint =
                    report.suggestion(for: name, among: kind.fieldOrder)
                    ?? "; its fields are \(kind.fieldOrder.joined(separator: ", "))"
                report.error(field.position, "a \(kind.kind) has no field \(name.quoted)\(hint)")
            }
            return IgnoreRule(pattern: text, fields: Set(rule["fields"]?.strings ?? []))
        }
    }
}

extension Located {
    /// The object with one more member.
    func adding(_ name: String, _ value: Located?) -> Located {
        guard let value, case .object(let members) = content else { return self }
        return Located(
            .object(members + [Member(name: name, namePosition: value.position, value: value)]), at: position)
    }
}
