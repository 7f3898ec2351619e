/// The mounts that this process sees.
public struct MountTable: Sendable {
    public struct Entry: Sendable, Hashable {
        public let point: String
        public let type: String
        /// The device or what else is mounted.
        public let source: String
        /// The options of the file system: `name=systemd` of a control group hierarchy.
        public let options: [String]
    }

    public let entries: [Entry]

    public static func current() throws(FileFailure) -> MountTable {
        MountTable(String(decoding: try FileContent.read("/proc/self/mountinfo"), as: UTF8.self))
    }

    /// Reads the text of `/proc/PID/mountinfo`.
    public init(_ text: String) {
        entries = text.split(separator: "\n").compactMap { line in
            // ID PARENT MAJOR:MINOR ROOT POINT OPTIONS [TAGS] - TYPE SOURCE OPTIONS
            let fields = line.split(separator: " ")
            guard fields.count > 5, let dash = fields.firstIndex(of: "-"), dash + 3 < fields.count else { return nil }
            return Entry(
                point: Self.unescaped(fields[4]), type: String(fields[dash + 1]),
                source: Self.unescaped(fields[dash + 2]),
                options: fields[dash + 3].split(separator: ",").map(String.init))
        }
    }

    /// The mounts at or below a directory, the last one first, as they can be taken away.
    public func points(below directory: String) -> [String] {
        entries.map(\.point).filter { $0 == directory || $0.hasPrefix(directory + "/") }.reversed()
    }

    /// The mount that a path is on.
    public func entry(holding path: String) -> Entry? {
        entries.filter { $0.point == "/" || path == $0.point || path.hasPrefix($0.point + "/") }
            .max { $0.point.utf8.count < $1.point.utf8.count }
    }

    /// `\040` is a blank.
    private static func unescaped(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(3), as: UTF8.self)
            if byte == UInt8(ascii: "\\"), digits.utf8.count == 3, let value = UInt8(digits, radix: 8) {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
