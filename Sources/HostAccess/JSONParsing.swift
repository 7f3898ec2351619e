import ClusterModel
import FoundationEssentials

/// What is wrong with bytes that were to be JSON.
public enum JSONFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case empty
    case truncated
    case malformed(String)

    public var description: String {
        switch self {
        case .empty: "there is nothing where JSON was expected"
        case .truncated: "the JSON ends in the middle"
        case .malformed(let detail): "it is not JSON: \(detail)"
        }
    }
}

extension JSONValue {
    /// Reads one JSON value that takes up all of `bytes`. The error never quotes them, as they may hold secrets.
    public init(parsing bytes: [UInt8]) throws(JSONFailure) {
        guard bytes.contains(where: { !" \t\r\n".utf8.contains($0) }) else { throw .empty }
        do {
            self = try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
        } catch DecodingError.dataCorrupted(let context) {
            let detail = context.underlyingError.map { "\($0)" } ?? context.debugDescription
            if detail.contains("nexpected end of file") { throw .truncated }
            throw .malformed(Self.place(in: detail))
        } catch {
            throw .malformed("it holds a value that JSON does not know")
        }
    }

    /// The place that the decoder names, without the text around it.
    private static func place(in detail: String) -> String {
        guard let range = detail.firstRange(of: "line ") else { return "it breaks JSON's grammar" }
        let place = detail[range.lowerBound...].prefix { $0.isLetter || $0.isNumber || $0 == " " || $0 == "," }
        return "it breaks JSON's grammar near \(place)"
    }
}
