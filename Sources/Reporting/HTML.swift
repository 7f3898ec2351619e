import ClusterModel

/// Markup. Text that is put into it by interpolation is escaped; only markup goes in as it is.
public struct HTML: ExpressibleByStringInterpolation, Sendable {
    public var text: String

    public init(stringLiteral value: String) { text = value }
    public init(stringInterpolation: Interpolation) { text = stringInterpolation.text }
    public init(_ parts: [HTML]) { text = parts.map(\.text).joined() }

    public static let empty: HTML = ""

    public struct Interpolation: StringInterpolationProtocol {
        var text = ""

        public init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

        public mutating func appendLiteral(_ literal: String) { text += literal }
        public mutating func appendInterpolation(_ markup: HTML) { text += markup.text }
        public mutating func appendInterpolation(_ value: String) { text += HTML.escaped(value) }
        public mutating func appendInterpolation(_ value: Int) { text += String(value) }
    }

    /// Safe as the content of an element and of an attribute in quotes. Control characters and direction marks are shown.
    public static func escaped(_ value: String) -> String {
        value.printable.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    /// One piece of markup for each item.
    public static func each<Items: Sequence>(_ items: Items, _ markup: (Items.Element) -> HTML) -> HTML {
        HTML(items.map(markup))
    }
}
