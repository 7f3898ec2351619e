/// The kind of a resource, such as `policy`. The registry of `ResourceKinds` lists those that exist.
public struct Kind: Hashable, Sendable, Codable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
    public let name: String
    public init(_ name: String) { self.name = name }
    public init(stringLiteral value: String) { name = value }
    public var description: String { name }
    public static func < (left: Kind, right: Kind) -> Bool { left.name.precedes(right.name) }
}

/// The identity of a resource. It reads `kind vhost/name`, or `kind name` where the kind knows no vhost.
///
/// Names are compared byte by byte, as the broker compares them.
public struct ResourceID: Sendable, Codable {
    public let kind: Kind
    public let vhost: String?
    public let name: String

    public init(_ kind: Kind, vhost: String? = nil, name: String) {
        self.kind = kind
        self.vhost = vhost
        self.name = name
    }

    /// The part after the kind: `vhost/name` or `name`.
    public var path: String { vhost.map { "\($0)/\(name)" } ?? name }
}

extension ResourceID: Hashable {
    public static func == (left: ResourceID, right: ResourceID) -> Bool {
        guard left.name.sameBytes(as: right.name), left.kind == right.kind else { return false }
        return switch (left.vhost, right.vhost) {
        case (nil, nil): true
        case (let a?, let b?): a.sameBytes(as: b)
        default: false
        }
    }

    public func hash(into hasher: inout Hasher) {
        name.hashBytes(into: &hasher)
        vhost?.hashBytes(into: &hasher)
    }
}

extension ResourceID: Comparable {
    /// By kind, vhost and name, each by its bytes.
    public static func < (left: ResourceID, right: ResourceID) -> Bool {
        if left.kind != right.kind { return left.kind < right.kind }
        let (a, b) = (left.vhost ?? "", right.vhost ?? "")
        if !a.sameBytes(as: b) { return a.precedes(b) }
        return left.name.precedes(right.name)
    }
}

extension ResourceID: CustomStringConvertible {
    /// Control characters are escaped, so that a hostile name cannot forge a line of a report.
    public var description: String { "\(kind) \(path)".printable }
}

extension String {
    /// The text with control characters, line separators and direction marks written as `\u{…}`.
    public var printable: String {
        func isHidden(_ scalar: Unicode.Scalar) -> Bool {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse: true
            default: false
            }
        }
        guard unicodeScalars.contains(where: isHidden) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if isHidden(scalar) {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}
