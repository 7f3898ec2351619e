import Glibc

/// An account of the operating system, as far as processes and files need it.
public struct OSUser: Sendable, Hashable {
    public let name: String
    public let uid: UInt32
    public let gid: UInt32
    public let home: String
    /// All groups of the account, the primary one included.
    public let groups: [UInt32]

    public init(name: String, uid: UInt32, gid: UInt32, home: String, groups: [UInt32]) {
        self.name = name
        self.uid = uid
        self.gid = gid
        self.home = home
        self.groups = groups
    }

    /// The account with this name, or nil where the system has none.
    public init?(named name: String) {
        guard let found = Self.lookUp({ getpwnam_r(name, $0, $1, $2, $3) }) else { return nil }
        self = found
    }

    /// The account with this number, or nil where the system has none.
    public init?(number uid: UInt32) {
        guard let found = Self.lookUp({ getpwuid_r(uid, $0, $1, $2, $3) }) else { return nil }
        self = found
    }

    /// The account that this process runs as; nil where its number has no name.
    public static var current: OSUser? { OSUser(number: geteuid()) }

    public static var isRoot: Bool { geteuid() == 0 }

    public var owner: FileOwner { FileOwner(uid: uid, gid: gid) }

    private typealias Entry = UnsafeMutablePointer<passwd>
    private typealias Query = (
        Entry, UnsafeMutablePointer<CChar>, Int, UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    private static func lookUp(_ query: Query) -> OSUser? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16384) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            guard query(&entry, base, buffer.count, &found) == 0, found != nil else { return nil }
            let name = String(cString: entry.pw_name)
            return OSUser(
                name: name, uid: entry.pw_uid, gid: entry.pw_gid, home: String(cString: entry.pw_dir),
                groups: groups(of: name, primary: entry.pw_gid))
        }
    }

    private static func groups(of name: String, primary: gid_t) -> [UInt32] {
        var count: Int32 = 256
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(name, primary, &groups, &count) >= 0 else { return [primary] }
        return Array(groups.prefix(Int(count)))
    }
}

/// Who a file belongs to.
public struct FileOwner: Sendable, Hashable {
    public let uid: UInt32
    public let gid: UInt32

    public init(uid: UInt32, gid: UInt32) {
        self.uid = uid
        self.gid = gid
    }
}
