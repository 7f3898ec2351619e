import ClusterModel

/// A file that a manifest refers to and that its hosts have to have.
public struct WantedFile: Sendable, Hashable {
    /// What a file has to hold so that the broker takes it.
    public enum Form: Int, Sendable, Hashable, Comparable {
        case password, cookie, passwordHash, uri, advancedConfig

        public static func < (left: Form, right: Form) -> Bool { left.rawValue < right.rawValue }

        /// What the value of this key of a manifest is.
        init(key: String) {
            self =
                switch key {
                case "erlangCookie": .cookie
                case "advancedConfig": .advancedConfig
                case "passwordHash": .passwordHash
                case _ where key.lowercased().hasSuffix("uri") || key.lowercased().hasSuffix("uris"): .uri
                default: .password
                }
        }
    }

    public let path: String
    public let form: Form

    /// Others than the owner may read only what is no secret.
    public var mode: UInt32 { form == .advancedConfig ? 0o644 : 0o600 }
}

/// All that the values of a manifest refer to.
public struct ManifestReferences: Sendable, Hashable {
    /// One for each path, by path. A path that two keys name has the more demanding form.
    public private(set) var files: [WantedFile] = []
    /// What a lab can't put in place: environment variables and credentials.
    public private(set) var others: [SecretReference] = []

    public init(in spec: Located) {
        var forms: [String: WantedFile.Form] = [:]
        var others: Set<SecretReference> = []
        Self.visit(spec.json, key: "") { reference, key in
            guard case .file(let path) = reference else {
                others.insert(reference)
                return
            }
            forms[path] = max(forms[path] ?? .password, WantedFile.Form(key: key))
        }
        files = forms.map { WantedFile(path: $0, form: $1) }.sorted { $0.path.precedes($1.path) }
        self.others = others.sorted { $0.description.precedes($1.description) }
    }

    private static func visit(_ value: JSONValue, key: String, _ found: (SecretReference, String) -> Void) {
        if let reference = SecretReference(value) { return found(reference, key) }
        switch value {
        case .array(let values): for value in values { visit(value, key: key, found) }
        case .object(let members): for (name, value) in members { visit(value, key: name, found) }
        default: break
        }
    }
}

extension WantedFile.Form {
    /// A text of this form that nobody can guess.
    public func invented(using generator: inout some RandomNumberGenerator) -> String {
        switch self {
        case .password: Self.text(28, of: Self.small + Self.digits, &generator)
        case .cookie: Self.text(20, of: Self.large, &generator)
        // The salt of four bytes and a SHA-256 of no known password, in base64.
        case .passwordHash: Self.text(48, of: Self.small + Self.large + Self.digits, &generator)
        // No resolver knows a name below .invalid, so that no lab talks to a real broker.
        case .uri: "amqp://lab:\(Self.text(28, of: Self.small + Self.digits, &generator))@upstream.invalid:5672"
        case .advancedConfig: "[].\n"
        }
    }

    private static let small = Array("abcdefghijklmnopqrstuvwxyz")
    private static let large = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    private static let digits = Array("0123456789")

    private static func text(
        _ count: Int, of letters: [Character], _ generator: inout some RandomNumberGenerator
    ) -> String {
        String((0..<count).map { _ in letters[Int.random(in: letters.indices, using: &generator)] })
    }
}
