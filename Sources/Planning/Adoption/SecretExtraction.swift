import ClusterModel

/// Takes the secrets out of entries of a manifest and puts references to files in their place.
struct SecretExtraction {
    private(set) var files: [SecretFile] = []
    private var names = SecretFileNames()

    /// The entry without its secrets. A field that is a secret by itself goes whole, any other text where it holds a
    /// URI with user information or a query.
    mutating func entry(_ value: JSONValue, _ shape: Shape, of id: ResourceID, secretFields: Set<String>) -> JSONValue {
        guard case .object(var members) = value, case .object(let properties) = shape else { return value }
        for property in properties {
            guard let member = members[property.name] else { continue }
            members[property.name] = replace(
                member, property.shape, Slot(id: id, path: [property.name]),
                always: secretFields.contains(property.name))
        }
        return .object(members)
    }

    private mutating func replace(_ value: JSONValue, _ shape: Shape, _ slot: Slot, always: Bool) -> JSONValue {
        switch shape {
        case .secret:
            guard case .string(let text) = value, always || text.holdsSecret else { return value }
            return file(text, slot)
        case .oneOrMany(let element), .list(let element):
            guard case .array(let values) = value else { return replace(value, element, slot, always: always) }
            return .array(values.enumerated().map { replace($1, element, slot + String($0 + 1), always: always) })
        case .json, .jsonObject: return replaceAnywhere(value, slot)
        default: return value
        }
    }

    private mutating func replaceAnywhere(_ value: JSONValue, _ slot: Slot) -> JSONValue {
        switch value {
        case .string(let text): return text.holdsSecret ? file(text, slot) : value
        case .array(let values):
            return .array(values.enumerated().map { replaceAnywhere($1, slot + String($0 + 1)) })
        case .object(let members):
            var replaced = members
            for (name, member) in members.sorted(by: { $0.key.precedes($1.key) }) {
                replaced[name] = replaceAnywhere(member, slot + name)
            }
            return .object(replaced)
        default: return value
        }
    }

    private mutating func file(_ text: String, _ slot: Slot) -> JSONValue {
        let path = Adoption.secretFolder + "/" + names.name(for: slot)
        files.append(SecretFile(path: path, text: text))
        return SecretReference.file(path).json
    }
}

extension String {
    /// Whether something of it would be masked where it is shown.
    var holdsSecret: Bool { !Redaction.maskURIs(self).sameBytes(as: self) }
}

/// Where a secret stands: a resource, and a path in its entry.
struct Slot {
    let id: ResourceID
    var path: [String]

    static func + (slot: Slot, part: String) -> Slot { Slot(id: slot.id, path: slot.path + [part]) }
}

/// Names of files that are safe on every file system, whatever the broker's objects are called: lower-case ASCII
/// letters, digits, `-`, `_` and single dots within. A name that had to be changed, or that another secret took,
/// carries a hash of what it stands for.
struct SecretFileNames {
    private var taken: Set<String> = []

    mutating func name(for slot: Slot) -> String {
        let words = ["passwordHash": "hash", "sourceUri": "source", "destinationUri": "destination"]
        let vhost = slot.id.vhost.flatMap { $0 == "/" ? nil : $0 }
        let parts = [slot.id.kind.name] + [vhost, slot.id.name].compactMap { $0 } + slot.path.map { words[$0] ?? $0 }
        let joined = parts.joined(separator: "-")
        let slug = Self.slug(joined)
        var name = slug
        var salt = 0
        while !name.sameBytes(as: joined) && salt == 0 || taken.contains(name) {
            let hash = stableFingerprint(
                [slot.id.kind.name, slot.id.vhost ?? "", slot.id.name] + slot.path + [String(salt)])
            name = slug + "-" + hash
            salt += 1
        }
        taken.insert(name)
        return name
    }

    private static func slug(_ text: String) -> String {
        var slug: [UInt8] = []
        for byte in text.utf8.prefix(256) {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                slug.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): slug.append(byte + 32)
            case UInt8(ascii: ".") where slug.last != UInt8(ascii: "."): slug.append(byte)
            default: if slug.last != UInt8(ascii: "-") { slug.append(UInt8(ascii: "-")) }
            }
        }
        return String(decoding: slug.prefix(80), as: UTF8.self)
    }
}
