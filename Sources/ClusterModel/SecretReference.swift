/// Where a secret is to be read. The manifest names it; only `HostAccess` reads it.
public enum SecretReference: Hashable, Sendable, CustomStringConvertible {
    /// A file's content, one trailing line break removed.
    case file(String)
    /// An environment variable of the Warren process.
    case environment(String)
    /// A systemd credential: a file under `$CREDENTIALS_DIRECTORY`.
    case credential(String)

    /// The keys of which an object has exactly one where it is a reference.
    public static let keys = ["fromFile", "fromEnv", "fromCredential"]

    /// The reference that `value` spells, or nil where it is an ordinary value.
    public init?(_ value: JSONValue) {
        guard case .object(let members) = value, members.count == 1, let (key, inner) = members.first,
            case .string(let text) = inner
        else { return nil }
        switch key {
        case "fromFile": self = .file(text)
        case "fromEnv": self = .environment(text)
        case "fromCredential": self = .credential(text)
        default: return nil
        }
    }

    public var json: JSONValue {
        switch self {
        case .file(let path): ["fromFile": .string(path)]
        case .environment(let name): ["fromEnv": .string(name)]
        case .credential(let name): ["fromCredential": .string(name)]
        }
    }

    public var description: String {
        switch self {
        case .file(let path): "file \(path)"
        case .environment(let name): "environment variable \(name)"
        case .credential(let name): "systemd credential \(name)"
        }
    }
}
