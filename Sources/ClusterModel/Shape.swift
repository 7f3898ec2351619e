/// What a part of the manifest must look like. The loader, the JSON Schema and the reference all follow from it.
public indirect enum Shape: Sendable {
    /// A string of 1 to `maximumBytes` bytes; `allowsEmpty` admits the empty one.
    case string(maximumBytes: Int, allowsEmpty: Bool)
    /// A string whose text the broker compiles as a regular expression.
    case regularExpression
    case integer(ClosedRange<Int>)
    case number(ClosedRange<Double>)
    case boolean
    /// One of these words.
    case choice([String])
    /// `500ms`, `10s`, `5m`, `3h` or `2d`.
    case duration
    /// Any JSON value. An object with the one key `fromFile`, `fromEnv` or `fromCredential` in it is a secret.
    case json
    /// An object with any keys and any JSON values.
    case jsonObject
    /// A literal string or a reference to one: `{ fromFile: PATH }`, `{ fromEnv: NAME }`, `{ fromCredential: NAME }`.
    case secret
    /// As `secret`, for a thing that is no secret and may stand in the manifest without a warning.
    case text
    /// A string, number or boolean, kept as the text that the manifest spells.
    case scalarText
    case oneOrMany(Shape)
    case list(Shape)
    /// An object with any keys, each value of one shape.
    case map(Shape)
    case object([Property])

    /// A string of 1 to 255 bytes, the limit of AMQP's short strings.
    public static let name = Shape.string(maximumBytes: 255, allowsEmpty: false)
    /// Any string of up to 64 KiB.
    public static let anyString = Shape.string(maximumBytes: 65_536, allowsEmpty: true)
}

/// A member of an object in the manifest.
public struct Property: Sendable {
    public let name: String
    public let shape: Shape
    public let isRequired: Bool
    /// What the loader fills in where the manifest says nothing.
    public let defaultValue: JSONValue?
    /// One sentence for the JSON Schema and the reference.
    public let summary: String

    public init(
        _ name: String, _ shape: Shape, required isRequired: Bool = false, default defaultValue: JSONValue? = nil,
        _ summary: String
    ) {
        self.name = name
        self.shape = shape
        self.isRequired = isRequired
        self.defaultValue = defaultValue
        self.summary = summary
    }
}
