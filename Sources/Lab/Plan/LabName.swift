import ClusterModel

/// What a lab is called. Files, namespaces and control groups are named after it, so that it has few letters to
/// choose from, and no dot: a dot parts the lab from its host.
public struct LabName: Hashable, Sendable, CustomStringConvertible {
    public static let limit = 20

    public let description: String

    public init(_ text: String) throws(LabFailure) {
        guard Self.isValid(text) else {
            throw .refused(
                "\(text.printable) can't be the name of a lab: take up to \(Self.limit) lower-case letters, digits "
                    + "and -, the first of them no -.")
        }
        description = text
    }

    /// The name of a lab of this cluster, where nobody chose another.
    public init(cluster: String) {
        let letters = cluster.lowercased().unicodeScalars.map { Self.isAllowed($0) ? Character($0) : "-" }
        let text = String(String(letters).drop { $0 == "-" }.prefix(Self.limit))
        description = text.isEmpty ? "lab" : text
    }

    private static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.count <= limit && !text.hasPrefix("-")
            && text.unicodeScalars.allSatisfy(isAllowed)
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "-"
    }
}

extension LabName: Codable {
    public init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(String.self))
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
