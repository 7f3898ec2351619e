import ClusterModel

extension Advice {
    static let broker: [Advice] = [
        Advice("partition-handling", partitionHandling), Advice("number-of-brokers", numberOfBrokers),
        Advice("memory-watermark", memoryWatermark), Advice("disk-limit", diskLimit),
        Advice("heartbeat", heartbeat), Advice("net-tick-time", netTickTime), Advice("mirroring", mirroring),
        Advice("guest", guest), Advice("definitions-at-boot", definitionsAtBoot),
        Advice("cluster-formation", clusterFormation), Advice("proxy-protocol", proxyProtocol),
        Advice("node-name", nodeName),
        Advice("discarding-a-minority", discardMinority),
    ]

    private static func config(_ key: String) -> [String] { ["broker", "config", key] }

    /// The default is `ignore`; RabbitMQ 4.3 has no such setting any more.
    private static func partitionHandling(_ manifest: ClusterManifest, _ version: BrokerVersion?) -> [Finding] {
        let key = "cluster_partition_handling"
        guard manifest.brokers.count > 1, version.map({ $0 < BrokerVersion(4, 3) }) ?? true else { return [] }
        switch manifest.broker.configValue(key) {
        case nil, "ignore":
            return [
                Finding(
                    config(key),
                    "\(key) is ignore, so the halves of a network that breaks both go on and stay apart; write pause_minority"
                )
            ]
        case "autoheal":
            return [
                Finding(
                    config(key),
                    "\(key) is autoheal, which mends a partition by discarding the side with fewer connections, with its messages; write pause_minority"
                )
            ]
        default: return []
        }
    }

    private static func numberOfBrokers(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        let count = manifest.brokers.count
        guard count > 0, count.isMultiple(of: 2) else { return [] }
        if count == 2, manifest.broker.configValue("cluster_partition_handling") == "pause_minority" {
            return [
                Finding(
                    ["hosts"],
                    "there are two brokers with pause_minority, so that each one stops when the other does; write three"
                )
            ]
        }
        return [
            Finding(
                ["hosts"],
                "there are \(count) brokers, which bear the loss of no more members than \(count - 1) would; write \(count + 1)"
            )
        ]
    }

    private static func memoryWatermark(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        let key = "vm_memory_high_watermark.relative"
        guard let text = manifest.broker.configValue(key), let value = Double(text), value > 0.7 else { return [] }
        return [
            Finding(
                config(key),
                "\(key) is \(text), and publishers are held up only when the system may be out of memory already; write 0.4 to 0.7"
            )
        ]
    }

    private static func diskLimit(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        let key = "disk_free_limit.absolute"
        if let text = manifest.broker.configValue(key) {
            guard let bytes = SizeText.bytes(text), bytes < 1_000_000_000 else { return [] }
            return [
                Finding(config(key), "\(key) is \(text), which is used up before anybody can act; write 2GB or more")
            ]
        }
        guard manifest.brokers.count > 1, manifest.broker.configValue("disk_free_limit.relative") == nil else {
            return []
        }
        return [
            Finding(
                config(key),
                "\(key) is left out, and a member whose disk is full loses its quorum queues' replicas before 50 MB stop it; write 2GB or more"
            )
        ]
    }

    private static func heartbeat(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard let text = manifest.broker.configValue("heartbeat"), let seconds = Int(text) else { return [] }
        if seconds == 0 {
            return [
                Finding(
                    config("heartbeat"),
                    "heartbeat is 0, so a client that vanished keeps its connection and its messages; write 60")
            ]
        }
        guard seconds < 5 else { return [] }
        return [
            Finding(
                config("heartbeat"),
                "heartbeat is \(text), and a client that is busy for so long loses its connection; write 10 to 60")
        ]
    }

    private static func netTickTime(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        let key = "net_ticktime"
        guard let text = manifest.broker.configValue(key), let seconds = Int(text) else { return [] }
        if seconds < 10 {
            return [
                Finding(
                    config(key), "\(key) is \(text), and a member that is busy for so long is taken for dead; write 60")
            ]
        }
        guard seconds > 120 else { return [] }
        return [
            Finding(
                config(key), "\(key) is \(text), and the others wait so long for a member that is dead; write 60")
        ]
    }

    /// RabbitMQ 4.0 has no mirroring, which is an error of its own.
    private static func mirroring(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        let count = manifest.brokers.count
        guard count > 3 else { return [] }
        return ["policies", "operatorPolicies"].flatMap { section in
            (manifest.spec[section]?.elements ?? []).enumerated().compactMap { index, policy in
                guard policy[["definition", "ha-mode"]]?.string == "all" else { return nil }
                return Finding(
                    [section, "\(index)", "definition", "ha-mode"],
                    "ha-mode: all writes each message to all of \(count) brokers; write ha-mode: exactly with ha-params: \(count / 2 + 1)"
                )
            }
        }
    }

    private static func guest(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        let open = [("loopback_users.guest", "false"), ("loopback_users", "none")]
        return open.compactMap { key, value in
            guard manifest.broker.configValue(key) == value else { return nil }
            return Finding(
                config(key),
                "\(key) is \(value), so the user guest, whose password is known, may come from anywhere; leave it out"
            )
        }
    }

    private static func definitionsAtBoot(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        manifest.broker.config.map(\.key).filter { $0.hasSuffix("load_definitions") || $0.hasPrefix("definitions.") }
            .map {
                Finding(
                    config($0),
                    "\($0) writes to the broker at each start what this manifest may not say; leave it out, and take the file in with warren adopt"
                )
            }
    }

    private static func clusterFormation(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        manifest.broker.config.map(\.key).filter { $0.hasPrefix("cluster_formation.") }
            .map {
                Finding(
                    config($0),
                    "\($0) lets a member with an empty disk join by itself, as a voter that has forgotten what it confirmed; leave it out"
                )
            }
    }

    private static func proxyProtocol(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard manifest.broker.configValue("proxy_protocol") == "true" else { return [] }
        return [
            Finding(
                config("proxy_protocol"),
                "proxy_protocol is true, and neither the HAProxy of this manifest nor a client without a proxy speaks it; leave it out"
            )
        ]
    }

    private static func nodeName(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        (manifest.spec[["broker", "environment"]]?.members ?? []).map(\.name)
            .filter { ["NODENAME", "USE_LONGNAME"].contains($0.replacing("RABBITMQ_", with: "")) }
            .map {
                Finding(
                    ["broker", "environment", $0],
                    "\($0) is the same on every host, and Warren knows a member as rabbit@ and its host's name; leave it out"
                )
            }
    }

    private static func discardMinority(_ manifest: ClusterManifest, _: BrokerVersion?) -> [Finding] {
        guard manifest.membership.discardMinority == .automatic else { return [] }
        return [
            Finding(
                ["membership", "discardMinority"],
                "discardMinority is automatic, so a partition may be mended at the price of confirmed messages; write never"
            )
        ]
    }
}

/// Sizes as rabbitmq.conf spells them (https://www.rabbitmq.com/docs/configure): `50MB`, `2GiB`, `1073741824`.
enum SizeText {
    static func bytes(_ text: String) -> Double? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Double(digits) else { return nil }
        switch text.dropFirst(digits.count).lowercased() {
        case "", "b": return number
        case "k", "ki", "kib": return number * 1024
        case "kb": return number * 1000
        case "m", "mi", "mib": return number * 1_048_576
        case "mb": return number * 1_000_000
        case "g", "gi", "gib": return number * 1_073_741_824
        case "gb": return number * 1_000_000_000
        case "t", "ti", "tib": return number * 1_099_511_627_776
        case "tb": return number * 1_000_000_000_000
        default: return nil
        }
    }
}
