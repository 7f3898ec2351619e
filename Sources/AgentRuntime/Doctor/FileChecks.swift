import ClusterModel
import HostAccess
import Providers
import ResourceKinds
import StateStore

/// The manifest, as every other command would load it.
enum ManifestCheck {
    static func look(_ path: String, isNamed: Bool) -> (finding: Finding, manifest: ClusterManifest?) {
        do {
            let source = try ManifestSource(path: path)
            if let manifest = source.loaded.manifest {
                let count = manifest.resources.count
                return (
                    .pass("manifest", "\(path) is valid: \(count) resources of \(manifest.name.printable)."), manifest
                )
            }
            let errors = source.loaded.errors
            let first = errors.first.map { " The first: \($0.description.printable)." } ?? ""
            return (
                .failure(
                    "manifest", "\(path) is invalid, with \(errors.count) errors.\(first)", "warren validate \(path)"),
                nil
            )
        } catch SourceFailure.missing where !isNamed {
            return (
                .warning(
                    "manifest", "There is no manifest at \(path) yet.",
                    "Write one with warren adopt --to \(path), or name another with -f."), nil
            )
        } catch {
            return (.failure("manifest", "\(error)".sentence, nil), nil)
        }
    }
}

/// The state file, looked at without making or healing it.
enum StateCheck {
    static func look(_ path: String, at now: Timestamp) -> Finding {
        do throws(StateStoreError) {
            _ = try StateStore.open(path: path, access: .readOnly, at: now)
            guard FileAccess.isWritable(path) else {
                return .failure("state", "\(path) can't be written to.", "Run Warren as the user that owns it.")
            }
            return .pass("state", "\(path) can be opened.")
        } catch {
            switch error.code {
            case .missing: return missing(path)
            case .older, .corrupt: return .warning("state", error.description.sentence, nil)
            default: return .failure("state", error.description.sentence, "Mend it, or name another file with --state.")
            }
        }
    }

    private static func missing(_ path: String) -> Finding {
        let folder = FileAccess.existingDirectory(above: path)
        guard FileAccess.isWritable(folder) else {
            return .failure(
                "state", "There is no \(path), and it can't be made: \(folder) can't be written to.",
                "Run Warren as root, or name another file with --state.")
        }
        return .pass("state", "There is no \(path) yet; it is made when it is needed.")
    }
}

/// The plugins without which the broker refuses what the manifest declares.
enum PluginCheck {
    static let needed: [Kind: String] = [
        "shovel": "rabbitmq_shovel", "upstream": "rabbitmq_federation", "upstream-set": "rabbitmq_federation",
    ]

    static func look(_ manifest: ClusterManifest, _ installation: BrokerInstallation) -> [Finding] {
        let wanted = Set(manifest.resources.compactMap { needed[$0.id.kind] }).sorted()
        guard !wanted.isEmpty else { return [] }
        let declared = manifest.resources.first { $0.id == PluginsKind.id }.map(names)
        let text = (try? FileContent.read(installation.enabledPluginsFile, limit: 1 << 20))
            .map { String(decoding: $0, as: UTF8.self) }
        let enabled = PluginsKind.reading(enabledPluginsFile: text).resources?[PluginsKind.id].map(names)
        let installed = installation.pluginsDirectory.flatMap { try? Directory.names($0) }
        return wanted.map { finding($0, declared: declared, enabled: enabled ?? [], installed: installed) }
    }

    private static func names(_ resource: Resource) -> [String] {
        resource["enabled"]?.array?.compactMap(\.string) ?? []
    }

    static func finding(_ plugin: String, declared: [String]?, enabled: [String], installed: [String]?) -> Finding {
        if let installed, !installed.contains(where: { $0.hasPrefix(plugin + "-") }) {
            return .failure(
                "plugins", "The manifest needs \(plugin), which this RabbitMQ does not have.", "Install the plugin.")
        }
        if let declared {
            return declared.contains(plugin)
                ? .pass("plugins", "The manifest enables \(plugin), which it needs.")
                : .failure(
                    "plugins", "The manifest needs \(plugin) and does not enable it.", "Add it to spec.broker.plugins.")
        }
        return enabled.contains(plugin)
            ? .pass("plugins", "\(plugin), which the manifest needs, is enabled.")
            : .failure(
                "plugins", "The manifest needs \(plugin), which is not enabled.",
                "Add it to spec.broker.plugins, or run rabbitmq-plugins enable \(plugin).")
    }
}
