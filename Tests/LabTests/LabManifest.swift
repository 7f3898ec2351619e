import ClusterModel
import Lab
import ManifestLoading

/// A manifest for a lab, small enough to boot many of them.
enum LabManifest {
    static let two = text(hosts: ["one": "10.99.0.11", "two": "10.99.0.12"])

    static func text(hosts: KeyValuePairs<String, String>, more: String = "") -> String {
        let list = hosts.map { "    - { name: \($0.key), address: \"\($0.value)\", roles: [broker, proxy] }\n" }
            .joined()
        return """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: orders }
            spec:
              hosts:
            \(list)  broker:
                erlangCookie: { fromFile: secrets/cookie }
              users:
                - { name: app, password: { fromFile: /etc/warren/secrets/app } }
              proxy: { listeners: [ { name: amqp, port: 5670, backendPort: 5672 } ] }
            \(more)
            """
    }

    /// The manifest as the hosts of a lab read it.
    static func load(_ text: String) throws -> ClusterManifest {
        let loaded = ManifestLoader.load([SourceFile(path: HostManifest.path, text: text)])
        guard let manifest = loaded.manifest else { throw Invalid(problems: loaded.diagnostics.map(\.description)) }
        return manifest
    }

    static func plan(_ text: String = two, name: String = "test") throws -> LabPlan {
        try LabPlan(name: LabName(name), release: .twelve, manifest: load(text))
    }

    struct Invalid: Error { let problems: [String] }
}
