/// One file of a manifest as it was on the disk.
public struct SourceFile: Sendable, Hashable {
    /// As it is to appear in error texts; its folder is where relative `fromFile` paths start.
    public let path: String
    public let bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    public init(path: String, text: String) { self.init(path: path, bytes: Array(text.utf8)) }
}
