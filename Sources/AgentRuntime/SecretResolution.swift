import ClusterModel
import HostAccess

/// The desired resources with what their references stood for.
struct ResolvedResources: Sendable {
    var resources: [Resource] = []
    /// Resources whose secret could not be read, and why. They keep the reference and are not written.
    var unreadable: [ResourceID: String] = [:]
    var warnings: [String] = []
    /// Knows every secret that was read.
    var redactor = Redactor()
}

/// Replaces `{ fromFile: … }` and its like by what they name, once for each reference.
struct SecretResolution {
    let reader: SecretReader

    func resolve(_ resources: [Resource]) -> ResolvedResources {
        var result = ResolvedResources()
        var known: [SecretReference: Result<ReadSecret, SecretFailure>] = [:]
        var secrets: [String] = []
        for resource in resources {
            var resolved = resource
            for (field, value) in resource.fields where value.mayHoldReference {
                do {
                    resolved.fields[field] = try value.replacingReferences { reference throws(SecretFailure) in
                        let read = known[reference] ?? Result { () throws(SecretFailure) in try reader.read(reference) }
                        known[reference] = read
                        let secret = try read.get()
                        secrets.append(secret.text)
                        result.warnings += secret.warnings
                        return secret.text
                    }
                } catch {
                    result.unreadable[resource.id] = "\(error)"
                }
            }
            if let password = resolved["password"]?.string { secrets.append(password) }
            result.resources.append(resolved)
        }
        result.warnings = Array(Set(result.warnings)).sorted()
        result.redactor = Redactor(secrets)
        return result
    }
}

extension JSONValue {
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
