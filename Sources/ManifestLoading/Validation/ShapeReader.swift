import ClusterModel
import ResourceKinds

/// Holds a tree against a shape: what comes out has every default filled in, and what does not fit is reported.
///
/// It never stops at the first problem. What can't be read is left out of the result, so that the checks that follow
/// still see the rest.
struct ShapeReader {
    var report = Report()
    let options: LoadOptions
    /// The places of objects of which a value could not be read.
    private(set) var broken: Set<SourcePosition> = []
    private var lossCount = 0

    init(options: LoadOptions) { self.options = options }

    /// `name` is how an error calls the value: its key.
    mutating func read(_ node: YAMLNode, as shape: Shape, _ name: String) -> Located? {
        let value = readValue(node, as: shape, name)
        if value == nil { lossCount += 1 }
        return value
    }

    private mutating func readValue(_ node: YAMLNode, as shape: Shape, _ name: String) -> Located? {
        if case .unreadable = node.content { return nil }
        switch shape {
        case .list(let element): return readList(node, of: element, name)
        case .oneOrMany(let element): return readOneOrMany(node, of: element, name)
        case .map(let value): return readMap(node, of: value, name)
        case .object(let properties): return readObject(node, of: properties, name)
        case .json: return readJSON(node, name)
        case .jsonObject:
            guard case .object = node.content else { return mismatch(node, name, "an object", empty: "{}") }
            return readJSON(node, name)
        case .secret: return readSecret(node, name, isSecret: true)
        case .text: return readSecret(node, name, isSecret: false)
        default: return readScalar(node, as: shape, name)
        }
    }

    mutating func mismatch(_ node: YAMLNode, _ name: String, _ wanted: String, empty: String? = nil) -> Located? {
        let hint = node.isNull ? empty.map { "; write \($0) where there is none, or leave the key out" } ?? "" : ""
        report.error(node.position, "\(name) must be \(wanted), not \(node.typeName)\(hint)")
        return nil
    }

    private mutating func readList(_ node: YAMLNode, of shape: Shape, _ name: String) -> Located? {
        guard case .list(let elements) = node.content else { return mismatch(node, name, "a list", empty: "[]") }
        return Located(.list(elements.compactMap { read($0, as: shape, "an entry of \(name)") }), at: node.position)
    }

    private mutating func readOneOrMany(_ node: YAMLNode, of shape: Shape, _ name: String) -> Located? {
        guard case .list(let elements) = node.content else { return read(node, as: shape, name) }
        if elements.isEmpty {
            report.error(node.position, "\(name) is an empty list; write at least one value")
            return nil
        }
        return readList(node, of: shape, name)
    }

    private mutating func readMap(_ node: YAMLNode, of shape: Shape, _ name: String) -> Located? {
        guard case .object(let entries) = node.content else { return mismatch(node, name, "an object", empty: "{}") }
        let members = entries.compactMap { entry in
            read(entry.value, as: shape, entry.name.printable)
                .map { Located.Member(name: entry.name, namePosition: entry.namePosition, value: $0) }
        }
        return Located(.object(members), at: node.position)
    }

    private mutating func readObject(_ node: YAMLNode, of properties: [Property], _ name: String) -> Located? {
        guard case .object(let entries) = node.content else { return mismatch(node, name, "an object", empty: "{}") }
        let lossBefore = lossCount
        var members: [Located.Member] = []
        members.reserveCapacity(properties.count)
        for entry in entries {
            guard let property = properties.first(where: { $0.name == entry.name }) else {
                unknown(entry, properties, name)
                continue
            }
            guard let value = read(entry.value, as: property.shape, property.name) else { continue }
            members.append(Located.Member(name: property.name, namePosition: entry.namePosition, value: value))
        }
        for property in properties where !entries.contains(where: { $0.name == property.name }) {
            if property.isRequired {
                lossCount += 1
                report.error(node.position, "\(property.name) is missing in \(name): \(property.summary.asPhrase)")
            } else if let value = defaultValue(of: property, at: node.position) {
                members.append(Located.Member(name: property.name, namePosition: node.position, value: value))
            }
        }
        if lossCount > lossBefore { broken.insert(node.position) }
        return Located(.object(members), at: node.position)
    }

    /// An object that is left out has the defaults of its members.
    private mutating func defaultValue(of property: Property, at position: SourcePosition) -> Located? {
        guard let value = property.defaultValue else { return nil }
        guard case .object(let properties) = property.shape else { return Located(value, at: position) }
        return readObject(YAMLNode(.object([]), at: position), of: properties, property.name)
    }

    private mutating func unknown(_ entry: YAMLNode.Entry, _ properties: [Property], _ name: String) {
        let names = properties.map(\.name)
        let known = "; the keys are \(names.sorted { $0.precedes($1) }.joined(separator: ", "))"
        let hint = report.suggestion(for: entry.name, among: names) ?? known
        report.error(entry.namePosition, "unknown key \(entry.name.printable) in \(name)\(hint)")
    }

    /// Free JSON. An object that spells a secret reference is checked as one wherever it stands.
    private mutating func readJSON(_ node: YAMLNode, _ name: String) -> Located? {
        switch node.content {
        case .unreadable:
            lossCount += 1
            return nil
        case .scalar(let text, isPlain: false): return Located(.scalar(.string(text)), at: node.position)
        case .scalar(let text, isPlain: true):
            switch PlainScalar.json(text) {
            case .success(let value): return Located(.scalar(value), at: node.position)
            case .failure(let complaint):
                lossCount += 1
                report.error(node.position, "\(name): \(complaint.message)")
                return nil
            }
        case .list(let elements):
            return Located(.list(elements.compactMap { readJSON($0, "an entry of \(name)") }), at: node.position)
        case .object(let entries):
            if entries.count == 1, SecretReader.keys.contains(entries[0].name) {
                return readSecret(node, name, isSecret: false)
            }
            let members = entries.compactMap { entry in
                readJSON(entry.value, entry.name.printable)
                    .map { Located.Member(name: entry.name, namePosition: entry.namePosition, value: $0) }
            }
            return Located(.object(members), at: node.position)
        }
    }
}

extension Located {
    /// A value that nobody wrote, at the place of the object that it belongs to.
    init(_ value: JSONValue, at position: SourcePosition) {
        switch value {
        case .array(let elements): self.init(.list(elements.map { Located($0, at: position) }), at: position)
        case .object(let members):
            let sorted = members.sorted { $0.key.precedes($1.key) }
            self.init(
                .object(
                    sorted.map { Member(name: $0.key, namePosition: position, value: Located($0.value, at: position)) }),
                at: position)
        default: self.init(.scalar(value), at: position)
        }
    }
}

extension String {
    /// A sentence as the end of another one.
    var asPhrase: String {
        let body = hasSuffix(".") ? dropLast() : self[...]
        guard let first = body.first, !body.prefix(while: { $0 != " " }).dropFirst().contains(where: \.isUppercase)
        else {
            return String(body)
        }
        return first.lowercased() + body.dropFirst()
    }
}
