import ClusterModel

/// A configuration file of a host, with its exact bytes.
public struct FileKind: ResourceKind {
    public init() {}

    public var kind: Kind { "file" }
    public var modeKey: String { "files" }
    public var scope: Action.Scope { .host }
    public var wave: Wave { .files }
    public var fieldOrder: [String] { ["contents", "secret", "mode", "owner", "reload"] }
    /// A file that is nothing but a secret has it here in place of `contents`.
    public var secretFields: Set<String> { ["secret"] }

    /// The files follow from the whole manifest; `FileKind.resource` makes them one by one.
    public func desired(in spec: Located) -> [Resource] { [] }
    public func observed(in definitions: Definitions) -> [Resource] { [] }

    public static func id(_ path: String) -> ResourceID { ResourceID("file", name: path) }

    public static func resource(_ file: FileChange, isSecret: Bool = false) -> Resource {
        var fields: [String: JSONValue] = [
            isSecret ? "secret" : "contents": .string(file.contents), "mode": .string(octal(file.mode)),
            "owner": .string(file.owner), "reader": .string(file.reader.rawValue),
        ]
        if file.reader != .rabbitmq { fields["reload"] = reload(isDue: false) }
        return Resource(id(file.path), fields)
    }

    /// Whether a program that is told of its file has yet to be: an agent that put it in place was killed before it could.
    public static func reload(isDue: Bool) -> JSONValue { isDue ? "due" : "done" }

    public static func octal(_ mode: UInt32) -> String { "0" + String(mode, radix: 8) }

    /// A cookie that is another one than the running node's would part the node from its peers and from its own tools.
    public func refusal(_ change: ProposedChange, in world: World) -> Refusal? {
        if change.desired?["reader"]?.string == FileChange.Reader.keepalived.rawValue,
            let problem = world.host?.addressProblem
        {
            return Refusal(.other("address"), problem)
        }
        guard change.desired?["secret"] != nil, change.observed != nil, change.fields.contains("secret"),
            world.state(of: .rabbitmq) != .stopped
        else { return nil }
        return Refusal(
            .other("in-service"),
            "the node that uses it is in service; stop the node by hand, so that Warren writes the file and starts it")
    }

    public func write(_ desired: Resource, over observed: Resource?) -> Change {
        .file(
            FileChange(
                path: desired.id.name, contents: (desired["contents"] ?? desired["secret"])?.string ?? "",
                mode: desired["mode"]?.string.flatMap { UInt32($0, radix: 8) } ?? 0o600,
                owner: desired["owner"]?.string ?? "root:root",
                reader: desired["reader"]?.string.flatMap(FileChange.Reader.init) ?? .rabbitmq))
    }

    /// What HAProxy's page of statistics asks for stands in its file as it is.
    public func redact(_ field: String, _ value: JSONValue) -> JSONValue {
        guard field == "contents", let text = value.string else {
            return Redaction.redact(value, isSecret: secretFields.contains(field))
        }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
            guard let range = line.firstRange(of: "stats auth ") else { return Redaction.maskURIs(String(line)) }
            return line[..<range.upperBound] + "***"
        }
        return .string(lines.joined(separator: "\n"))
    }
}
