/// A word of a closed list that may grow: a word of a newer Warren is read as `unknown`, never as an error.
public protocol OpenWord: RawRepresentable, Codable, Hashable, Sendable, CaseIterable where RawValue == String {
    static var unknown: Self { get }
}

extension OpenWord {
    public init(from decoder: any Decoder) throws {
        self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .unknown
    }
}

extension KeyedDecodingContainer {
    /// The member, or `standard` where it is absent or null: an older Warren did not know it yet.
    func decode<Value: Decodable>(_ key: Key, or standard: Value) throws -> Value {
        try decodeIfPresent(Value.self, forKey: key) ?? standard
    }
}
