import ClusterModel
import HostAccess
import ResourceKinds

/// The desired resources with what their references stood for.
struct ResolvedResources: Sendable {
    var resources: [Resource] = []
    /// Resources whose secret could not be read, and why. They keep the reference and are not written.
    var unreadable: [ResourceID: String] = [:]
    var warnings: [String] = []
    /// Every secret that was read, and those that stand in the manifest itself.
    var secrets: [String] = []
    /// Every URI.
    var uris: [String] = []
}

/// Replaces `{ fromFile: … }` and its like by what they name, once for each reference.
struct SecretResolution {
    let reader: SecretReader

    func resolve(_ resources: [Resource]) -> ResolvedResources {
        var result = ResolvedResources()
        var known: [SecretReference: Result<ReadSecret, SecretFailure>] = [:]
        for resource in resources {
            var resolved = resource
            for (field, value) in resource.fields where value.mayHoldReference {
                do {
                    resolved.fields[field] = try value.replacingReferences { reference throws(SecretFailure) in
                        let read = known[reference] ?? Result { () throws(SecretFailure) in try reader.read(reference) }
                        known[reference] = read
                        let secret = try read.get()
                        result.secrets.append(secret.text)
                        result.warnings += secret.warnings
                        return secret.text
                    }
                } catch {
                    result.unreadable[resource.id] = "\(error)"
                }
            }
            for field in ["password", "passwordHash"] {
                if let secret = resolved[field]?.string { result.secrets.append(secret) }
            }
            for value in resolved.fields.values {
                value.forEachString { if $0.contains("://") { result.uris.append($0) } }
            }
            result.resources.append(resolved)
        }
        result.warnings = Array(Set(result.warnings)).sorted()
        return result
    }
}

extension ResolvedResources {
    mutating func add(_ other: ResolvedResources) {
        // What the host does itself takes the place of what its broker would be told.
        resources = other.resources + resources
        unreadable.merge(other.unreadable) { _, new in new }
        warnings = Array(Set(warnings + other.warnings)).sorted()
        secrets += other.secrets
        uris += other.uris
    }

    /// Removes from any text what was read here, and what the broker holds in the places of the manifest's references:
    /// that is a secret too, of before the file was changed or of whoever wrote it by hand.
    func redactor(_ declared: [Resource], _ observation: Observation) -> Redactor {
        var (secrets, uris) = (secrets, uris)
        for resource in declared {
            guard let observed = observation[resource.id] else { continue }
            for (field, value) in resource.fields where value.mayHoldReference {
                for text in observed[field].map({ value.counterparts(in: $0) }) ?? [] {
                    if text.contains("://") { uris.append(text) } else { secrets.append(text) }
                }
            }
        }
        return Redactor(secrets, uris: uris)
    }
}

extension JSONValue {
    /// All strings of `observed` that stand where this has a reference, or where that can't be told.
    fileprivate func counterparts(in observed: JSONValue) -> [String] {
        guard holdsReference else { return [] }
        if SecretReference(self) == nil, case .object(let members) = self, let found = observed.asObject.object {
            return members.flatMap { name, member in found[name].map { member.counterparts(in: $0) } ?? [] }
        }
        var texts: [String] = []
        observed.forEachString { texts.append($0) }
        return texts
    }

    private var holdsReference: Bool {
        switch self {
        case .object(let members): SecretReference(self) != nil || members.values.contains(where: \.holdsReference)
        case .array(let values): values.contains(where: \.holdsReference)
        default: false
        }
    }

    fileprivate var references: [SecretReference] {
        if let reference = SecretReference(self) { return [reference] }
        return switch self {
        case .object(let members): members.values.flatMap(\.references)
        case .array(let values): values.flatMap(\.references)
        default: []
        }
    }

    fileprivate func forEachString(_ body: (String) -> Void) {
        switch self {
        case .string(let text): body(text)
        case .array(let values): for value in values { value.forEachString(body) }
        case .object(let members): for value in members.values { value.forEachString(body) }
        default: break
        }
    }

    fileprivate var mayHoldReference: Bool {
        switch self {
        case .object, .array: true
        default: false
        }
    }

    fileprivate func replacingReferences(
        _ read: (SecretReference) throws(SecretFailure) -> String
    ) throws(SecretFailure) -> JSONValue {
        if let reference = SecretReference(self) { return .string(try read(reference)) }
        switch self {
        case .array(let values):
            var replaced: [JSONValue] = []
            for value in values { replaced.append(try value.replacingReferences(read)) }
            return .array(replaced)
        case .object(let members):
            var replaced: [String: JSONValue] = [:]
            for (name, value) in members { replaced[name] = try value.replacingReferences(read) }
            return .object(replaced)
        default:
            return self
        }
    }
}

extension ClusterManifest {
    /// The files that hold secrets of the cluster's resources, such as the URI of an upstream, each once.
    var secretFiles: [String] {
        let references = resources.flatMap { $0.fields.values.flatMap(\.references) }
        return Set(references.compactMap { if case .file(let path) = $0 { path } else { nil } }).sorted()
    }
}
