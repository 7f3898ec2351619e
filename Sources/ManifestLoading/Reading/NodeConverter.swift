import ClusterModel
import Yams

/// Turns the nodes of Yams into ours: with places, without aliases and merge keys.
struct NodeConverter {
    private(set) var problems: [Diagnostic] = []
    private let file: String
    private let disguise: Disguise
    private var budget: Int
    private var anchors: [String: YAMLNode] = [:]
    /// Anchors of what is being read: an alias of one of them contains itself.
    private var open: Set<String> = []

    init(file: String, disguise: Disguise, budget: Int) {
        self.file = file
        self.disguise = disguise
        self.budget = budget
    }

    /// One document; nil for an empty one and for one that can't be read.
    mutating func document(_ root: Node) -> YAMLNode? {
        (anchors, open) = ([:], [])
        let node = convert(root, depth: 1)
        if node.isNull { return nil }
        if case .unreadable = node.content { return nil }
        budget -= node.size
        return node
    }

    private func place(_ mark: Mark?) -> SourcePosition {
        SourcePosition(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    private mutating func refuse(_ position: SourcePosition, _ message: String) -> YAMLNode {
        report(position, message)
        return YAMLNode(.unreadable, at: position)
    }

    private mutating func report(_ position: SourcePosition, _ message: String) {
        problems.append(Diagnostic(.error, at: position, message))
    }

    private mutating func convert(_ node: Node, depth: Int) -> YAMLNode {
        let position = place(node.mark)
        guard depth <= YAMLReader.maximumDepth else { return refuse(position, Self.tooDeep) }
        let anchor = node.anchor?.rawValue
        if let anchor { open.insert(anchor) }
        defer { if let anchor { open.remove(anchor) } }
        var result: YAMLNode
        switch node {
        case .scalar(let scalar): result = convert(scalar, at: position, depth: depth)
        case .sequence(let sequence):
            let isReadable = checkTag(sequence.tag.rawValue, "seq", at: position)
            result = YAMLNode(
                isReadable ? .list(sequence.map { convert($0, depth: depth + 1) }) : .unreadable, at: position)
        case .mapping(let mapping):
            let isReadable = checkTag(mapping.tag.rawValue, "map", at: position)
            result =
                isReadable
                ? convert(mapping, at: position, depth: depth) : YAMLNode(.unreadable, at: position)
        case .alias: result = YAMLNode(.unreadable, at: position)
        }
        if result.size > budget {
            result = refuse(position, "with its aliases expanded this is over \(budget) values; write fewer aliases")
        }
        if let anchor { anchors[anchor] = result }
        return result
    }

    private mutating func convert(_ scalar: Node.Scalar, at position: SourcePosition, depth: Int) -> YAMLNode {
        let isPlain = scalar.style == .plain
        if isPlain, let name = disguise.aliasName(scalar.string) { return alias(name, at: position, depth: depth) }
        let tag = scalar.tag.rawValue
        let isQuoted = !isPlain || tag == "!" || tag == Self.standard + "str"
        guard isQuoted && tag == "!" || checkTag(tag, isQuoted ? "str" : "", at: position) else {
            return YAMLNode(.unreadable, at: position)
        }
        return YAMLNode(.scalar(disguise.reveal(scalar.string), isPlain: !isQuoted), at: position)
    }

    private mutating func alias(_ name: String, at position: SourcePosition, depth: Int) -> YAMLNode {
        if !name.utf8.allSatisfy(Disguise.isNameByte) {
            return refuse(position, "an alias is * and a name; put quotes around a text that starts with *")
        }
        if open.contains(name) {
            return refuse(position, "the alias *\(name) stands inside &\(name), so that it would contain itself")
        }
        guard let node = anchors[name] else {
            return refuse(
                position,
                "the alias *\(name) has no anchor &\(name) before it; put quotes around a text that starts with *")
        }
        return depth + node.height - 1 <= YAMLReader.maximumDepth ? node : refuse(position, Self.tooDeep)
    }

    static let tooDeep = "nested deeper than \(YAMLReader.maximumDepth) levels; write it flatter"
    static let noText = "a list or an object can't be a key; write a text"
    private static let standard = "tag:yaml.org,2002:"

    private mutating func checkTag(_ tag: String, _ expected: String, at position: SourcePosition) -> Bool {
        if tag.isEmpty || tag == Self.standard + expected { return true }
        let name = tag.hasPrefix(Self.standard) ? "!!" + tag.dropFirst(Self.standard.count) : tag
        report(position, "Warren reads no tags such as \(name.printable); write the value without it")
        return false
    }

    private mutating func convert(_ mapping: Node.Mapping, at position: SourcePosition, depth: Int) -> YAMLNode {
        var (entries, merged): ([YAMLNode.Entry], [YAMLNode.Entry]) = ([], [])
        var places: [ByteString: SourcePosition] = [:]
        for (key, value) in mapping {
            guard let name = name(of: key) else {
                _ = convert(value, depth: depth + 1)
                continue
            }
            if name == "<<", key.scalar?.style == .plain {
                merged += merge(value, depth: depth + 1)
                continue
            }
            let keyPosition = place(key.mark)
            let value = convert(value, depth: depth + 1)
            if let first = places.updateValue(keyPosition, forKey: ByteString(name)) {
                report(keyPosition, "the key \(name.printable) is written twice; it was written first at \(first)")
                continue
            }
            entries.append(YAMLNode.Entry(name: name, namePosition: keyPosition, value: value))
        }
        for entry in merged where places.updateValue(entry.namePosition, forKey: ByteString(entry.name)) == nil {
            entries.append(entry)
        }
        return YAMLNode(.object(entries), at: position)
    }

    private mutating func name(of key: Node) -> String? {
        guard case .scalar(let scalar) = key else {
            report(place(key.mark), Self.noText)
            return nil
        }
        if scalar.style == .plain, disguise.aliasName(scalar.string) != nil {
            report(place(scalar.mark), "an alias can't be a key; write the text")
            return nil
        }
        guard checkTag(scalar.tag.rawValue, "str", at: place(scalar.mark)) else { return nil }
        let name = disguise.reveal(scalar.string)
        if let anchor = scalar.anchor?.rawValue {
            anchors[anchor] = YAMLNode(.scalar(name, isPlain: scalar.style == .plain), at: place(scalar.mark))
        }
        return name
    }

    /// The entries that `<<` brings in: those of an object, or of a list of objects, where an earlier one wins.
    private mutating func merge(_ value: Node, depth: Int) -> [YAMLNode.Entry] {
        let position = place(value.mark)
        switch convert(value, depth: depth).content {
        case .object(let entries): return entries
        case .list(let elements):
            let objects = elements.map(\.content)
            let entries = objects.compactMap { if case .object(let entries) = $0 { entries } else { nil } }
            if entries.count == objects.count { return entries.flatMap { $0 } }
        case .unreadable: return []
        case .scalar: break
        }
        report(position, "<< takes an alias of an object, or a list of such aliases")
        return []
    }
}

/// A text that equals another only where all bytes are the same.
struct ByteString: Hashable {
    let text: String
    init(_ text: String) { self.text = text }

    static func == (left: ByteString, right: ByteString) -> Bool { left.text.sameBytes(as: right.text) }
    func hash(into hasher: inout Hasher) {
        var copy = text
        copy.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
