import ClusterModel
import Foundation
import GRDB

/// How an identity is kept in the columns `kind`, `vhost` and `name`.
///
/// `vhost` is `""` where there is none, else `/` and the name: the empty vhost is not the missing one.
/// SQLite's text ends at a NUL here, so that a NUL in a name is kept as U+0001 U+0003, and U+0001 as U+0001 U+0002:
/// no two names become one.
extension ResourceID {
    var columns: StatementArguments {
        [kind.name, vhost.map { "/" + Self.escape($0) } ?? "", Self.escape(name)]
    }

    init(row: Row) {
        let vhost: String = row["vhost"]
        self.init(
            Kind(row["kind"]),
            vhost: vhost.isEmpty ? nil : Self.unescape(String(decoding: vhost.utf8.dropFirst(), as: UTF8.self)),
            name: Self.unescape(row["name"]))
    }

    static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 < 2 }) else { return name }
        let bytes = name.utf8.flatMap { byte -> [UInt8] in
            switch byte {
            case 0: [1, 3]
            case 1: [1, 2]
            default: [byte]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func unescape(_ text: String) -> String {
        guard text.utf8.contains(1) else { return text }
        var bytes: [UInt8] = []
        var isEscaped = false
        for byte in text.utf8 {
            if isEscaped {
                bytes.append(byte == 3 ? 0 : 1)
                isEscaped = false
            } else if byte == 1 {
                isEscaped = true
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A table whose rows are a set of identities, such as the inventory.
struct ResourceSet {
    let table: String

    func all(_ db: Database) throws -> Set<ResourceID> {
        try Set(Row.fetchAll(db, sql: "SELECT kind, vhost, name FROM \(table)").map { ResourceID(row: $0) })
    }

    func delete(_ ids: some Sequence<ResourceID>, _ db: Database) throws {
        let sql = "DELETE FROM \(table) WHERE kind = ? AND vhost = ? AND name = ?"
        let statement = try db.cachedStatement(sql: sql)
        for id in ids { try statement.execute(arguments: id.columns) }
    }
}

/// Free text on its way into the database: what another program printed may be long and hold anything.
extension String {
    static let storedBytes = 4096

    /// The last 4 KiB, cut between characters.
    var storedTail: String {
        String(decoding: withoutNUL.utf8.suffix(Self.storedBytes).drop { $0 & 0xC0 == 0x80 }, as: UTF8.self)
    }

    /// The first 4 KiB, cut between characters.
    var storedHead: String {
        let text = withoutNUL
        guard text.utf8.count > Self.storedBytes else { return text }
        var end = text.utf8.index(text.utf8.startIndex, offsetBy: Self.storedBytes)
        while end > text.utf8.startIndex, text.utf8[end] & 0xC0 == 0x80 { end = text.utf8.index(before: end) }
        return String(decoding: text.utf8[..<end], as: UTF8.self)
    }

    /// SQLite's text ends at a NUL here.
    var withoutNUL: String {
        guard utf8.contains(0) else { return self }
        return String(decoding: utf8.map { $0 == 0 ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
    }
}

/// A value that is kept as its canonical JSON text.
extension JSONValue {
    init(stored text: String) throws {
        do {
            self = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        } catch {
            throw UnreadableValue("holds text that is no JSON")
        }
    }
}

extension RawRepresentable where RawValue == String {
    /// The case that a column names. The schema admits no others, so that failing means a damaged file.
    init(stored text: String) throws {
        guard let value = Self(rawValue: text) else { throw UnreadableValue("holds an unknown word") }
        self = value
    }
}
