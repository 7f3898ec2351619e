import ClusterModel
import Foundation
import ManifestLoading
import Testing

/// A manifest of which the files of one proxy host are golden.
struct ProxyCase: Sendable, CustomTestStringConvertible {
    let name: String
    var hosts = threeAndTwo
    var host = "lb1"
    var metadataName = "orders"
    /// The members of `spec.proxy` and `spec.vip`, as YAML.
    let proxy: String
    var vip: String? = "{ address: 10.77.0.100/24, interface: eth0, virtualRouterId: 51 }"
    var config = ""
    var password: String?

    var testDescription: String { name }

    static let threeAndTwo = """
        - { name: mq1, address: 10.77.0.11, roles: [broker] }
            - { name: mq2, address: 10.77.0.12, roles: [broker] }
            - { name: mq3, address: 10.77.0.13, roles: [broker] }
            - { name: lb1, address: 10.77.0.14, roles: [proxy] }
            - { name: lb2, address: 10.77.0.15, roles: [proxy] }
        """

    static let all: [ProxyCase] = [
        ProxyCase(
            name: "balanced",
            proxy: """
                { listeners: [{ name: amqp, port: 5672, backendPort: 5672, check: agent },
                    { name: management, port: 15672, backendPort: 15672, balance: source, check: http }],
                  stats: { port: 8100, user: admin, password: { fromFile: /s } } }
                """, password: "secret"),
        ProxyCase(
            name: "second-host", host: "lb2",
            proxy: "{ listeners: [{ name: amqp, port: 5672, backendPort: 5672, check: amqp, balance: roundrobin }] }"),
        ProxyCase(
            name: "active-standby",
            proxy: """
                { listeners: [{ name: amqp, port: 5672, backendPort: 5673, pattern: activeStandby, check: amqp },
                    { name: stomp, port: 61613, backendPort: 61613, pattern: activeStandby, balance: first }],
                  timeouts: { connect: 1500ms, client: 90m, server: 2d, afterReload: 10m }, maxConnections: 100000 }
                """,
            vip: """
                { address: 10.77.0.100/32, interface: eth0, virtualRouterId: 255, preempt: false,
                  advertisementInterval: 1s, unicast: false }
                """),
        ProxyCase(
            name: "weighted",
            proxy: "{ listeners: [{ name: amqp, port: 5672, backendPort: 5672 }] }",
            vip: """
                { address: 10.77.0.100/24, interface: eth0, virtualRouterId: 1, preemptDelay: 1500ms,
                  advertisementInterval: 10ms, priorityGap: 50, checkWeight: 60 }
                """),
        ProxyCase(
            name: "one-proxy",
            hosts: """
                - { name: mq1, address: 10.77.0.11, roles: [broker] }
                    - { name: lb1, address: 10.77.0.14, roles: [proxy] }
                """,
            proxy: "{ listeners: [{ name: amqp, port: 5672, backendPort: 5672 }] }"),
        ProxyCase(
            name: "no-vip",
            proxy: "{ listeners: [{ name: amqp, port: 5672, backendPort: 5672 }], stats: { port: 8100 } }", vip: nil),
        ProxyCase(
            name: "both-roles",
            hosts: """
                - { name: mq1, address: 10.77.0.11, roles: [broker, proxy] }
                    - { name: mq2, address: 10.77.0.12, roles: [proxy, broker] }
                    - { name: mq3, address: 10.77.0.13, roles: [broker, proxy] }
                """, host: "mq2",
            proxy: "{ listeners: [{ name: amqp, port: 5672, backendPort: 5673, check: agent }] }",
            config: "listeners.tcp.default: 5673"),
        ProxyCase(
            name: "ipv6",
            hosts: """
                - { name: mq1.example.com, address: "fd00::11", roles: [broker] }
                    - { name: lb1, address: "fd00::14", roles: [proxy] }
                    - { name: lb2, address: "fd00::15", roles: [proxy] }
                """,
            proxy: "{ listeners: [{ name: amqp, port: 5672, backendPort: 5672, check: agent }] }",
            vip: "{ address: \"fd00::100/64\", interface: eth0, virtualRouterId: 51 }"),
        ProxyCase(
            name: "hostile", metadataName: #""a # b ! ${_X} $X=1 @y include /etc/passwd { } '\\""#,
            proxy: """
                { listeners: [{ name: a.b-c_d, port: 5672, backendPort: 5672, check: http }],
                  stats: { port: 8100, path: /~a%20b, user: a.b-c_d, password: { fromFile: /s } } }
                """, config: "management.path_prefix: /'m $HOME \"x\" \\", password: hostilePassword),
    ]

    /// Everything that haproxy.cfg gives a meaning to.
    static let hostilePassword = ##"a b#c 'd' "e" \f $HOME ${HOME} %[x] é:€\"##

    var yaml: String {
        """
        apiVersion: warren/v1
        kind: Cluster
        metadata: { name: \(metadataName) }
        spec:
          hosts:
            \(hosts)
          broker: { config: {\(config.isEmpty ? "" : config.yamlMember)} }
          proxy: \(proxy.replacing("\n", with: "\n    "))
          \(vip.map { "vip: " + $0.replacing("\n", with: "\n    ") } ?? "")
        """
    }

    func manifest() throws -> ClusterManifest {
        let loaded = ManifestLoader.load([SourceFile(path: "\(name).yaml", text: yaml)])
        return try #require(loaded.manifest, "\(loaded.diagnostics.map(\.description))\n\(yaml)")
    }

    static func golden(_ name: String) -> URL {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/proxy/\(name)")
    }
}

extension String {
    /// `key: value` with the value in quotes that hold whatever it is.
    fileprivate var yamlMember: String {
        let parts = split(separator: ": ", maxSplits: 1).map(String.init)
        return "\(parts[0]): '\(parts[1].replacing("'", with: "''"))'"
    }
}
