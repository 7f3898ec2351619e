import ClusterModel
import ResourceKinds

/// The shape of a whole manifest: the loader, the JSON Schema, the writer and the reference follow from it.
public enum ManifestShape {
    public static let apiVersion = "warren/v1"
    public static let kind = "Cluster"

    /// The members of a document.
    public static let document: [Property] = [
        Property("apiVersion", .choice([apiVersion]), required: true, "The version of this format."),
        Property("kind", .choice([kind]), required: true, "What the document describes."),
        Property("metadata", .object(metadata), required: true, "What the cluster is called."),
        Property("spec", .object(spec), required: true, "What should be."),
    ]

    static let metadata = [
        Property("name", .name, required: true, "The cluster name that the broker must have.")
    ]

    /// The members of `spec`, with the section of every resource kind.
    public static let spec: [Property] =
        [
            Property(
                "mode", .choice(["enforce", "observe"]), default: "enforce",
                "observe reports drift and changes nothing."),
            Property(
                "modes", .object(modes), default: [:], "Where some kinds differ from mode."),
            Property(
                "hosts", .list(.object(HostShape.host)), required: true,
                "The machines, in the order in which they count."),
            Property(
                "broker", .object(HostShape.broker), default: [:], "What each broker host's RabbitMQ is started with."),
            Property(
                "membership", .object(HostShape.membership), default: [:],
                "What may be done to keep the members together."),
            Property("status", .object(HostShape.status), default: [:], "Where each agent tells of the cluster."),
        ] + sections + [
            Property("proxy", .object(ProxyShape.proxy), "HAProxy on the hosts with the role proxy."),
            Property("vip", .object(ProxyShape.vip), "The address that moves between the proxy hosts: keepalived."),
            Property(
                "notifications", .list(.object(NotificationShape.notification)), default: [],
                "Who is told of drift, repairs, failures and conditions."),
            Property("reports", .object(ReportShape.reports), "The drift report, written as a file."),
            Property("prune", .object(prune), default: [:], "What Warren may delete of what it created."),
            Property("ignore", .list(.object(ignore)), default: [], "Drift that is neither reported nor fixed."),
        ]

    /// The sections of the kinds, those below one key gathered into one object.
    static let sections: [Property] = {
        var properties: [Property] = []
        for section in ResourceKinds.all.compactMap(\.section) {
            let leaf = Property(
                section.path[section.path.count - 1], .list(section.entry), default: [], section.summary)
            guard section.path.count > 1 else {
                properties.append(leaf)
                continue
            }
            let name = section.path[0]
            if let index = properties.firstIndex(where: { $0.name == name }),
                case .object(let others) = properties[index].shape
            {
                properties[index] = group(name, others + [leaf])
            } else {
                properties.append(group(name, [leaf]))
            }
        }
        return properties
    }()

    private static func group(_ name: String, _ members: [Property]) -> Property {
        Property(
            name, .object(members), default: [:],
            "What belongs to \(name): \(members.map(\.name).joined(separator: ", ")).")
    }

    static let prune =
        PruneSettings.keys.map { key in
            Property(key, .boolean, default: false, "Whether \(key) may be deleted that the manifest names no more.")
        } + [
            Property(
                "maxDeletions", .integer(0...100_000), default: 20, "A run that would delete more stops and says so.")
        ]

    static let modes = ResourceKinds.modeKeys.map { key in
        Property(
            key, .choice(["enforce", "observe"]),
            "Whether \(key) are put back or only reported; as mode where left out.")
    }

    static let ignore = [
        Property(
            "resource", .string(maximumBytes: 1024, allowsEmpty: false), required: true,
            "The kind and the path, with * for any text."),
        Property("fields", .list(.name), default: [], "Only these fields; all of the resource where it is left out."),
    ]
}
