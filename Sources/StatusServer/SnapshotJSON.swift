import ClusterModel
import Foundation

/// A snapshot as the JSON of `/v1/status`, and back.
public enum SnapshotJSON {
    /// One line, its members sorted by name: the same snapshot gives the same bytes.
    public static func text(_ snapshot: HostSnapshot) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        // Every member is a string, a number or a collection of them: there is nothing that could not be encoded.
        guard let data = try? encoder.encode(snapshot) else { return "{}\n" }
        return String(decoding: data, as: UTF8.self) + "\n"
    }

    /// Reads what this or another version of Warren wrote.
    public static func snapshot(_ bytes: [UInt8]) throws(SnapshotUnreadable) -> HostSnapshot {
        do {
            return try JSONDecoder().decode(HostSnapshot.self, from: Data(bytes))
        } catch let error as DecodingError {
            throw SnapshotUnreadable(description: Self.words(error))
        } catch {
            throw SnapshotUnreadable(description: "\(error)")
        }
    }

    /// Where it breaks. Nothing of the text is quoted: another program wrote it.
    private static func words(_ error: DecodingError) -> String {
        let (context, what): (DecodingError.Context, String) =
            switch error {
            case .keyNotFound(let key, let context): (context, "\(key.stringValue) is missing")
            case .valueNotFound(_, let context): (context, "a value is missing")
            case .typeMismatch(_, let context): (context, "a value is of another type")
            case .dataCorrupted(let context): (context, "it is not JSON of a status")
            @unknown default: (DecodingError.Context(codingPath: [], debugDescription: ""), "it can't be read")
            }
        let path = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        return path.isEmpty ? what : "\(what), at \(path.printable)"
    }
}

/// Why a text is not the status of a host.
public struct SnapshotUnreadable: Error, Hashable, CustomStringConvertible {
    public let description: String
}
