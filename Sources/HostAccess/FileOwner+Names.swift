import Glibc

extension FileOwner {
    /// The account and the group of this process.
    public static var current: FileOwner { FileOwner(uid: geteuid(), gid: getegid()) }

    /// The owner that `account:group` names; nil where the system has no such account or group.
    public init?(named text: String) {
        let parts = text.split(separator: ":").map(String.init)
        guard parts.count == 2, let user = OSUser(named: parts[0]), let group = Self.group(named: parts[1]) else {
            return nil
        }
        self.init(uid: user.uid, gid: group)
    }

    /// `account:group`, with numbers where the system has no names.
    public var names: String {
        "\(OSUser(number: uid)?.name ?? String(uid)):\(Self.name(ofGroup: gid) ?? String(gid))"
    }

    private static func group(named name: String) -> UInt32? {
        withEntry { getgrnam_r(name, $0, $1, $2, $3) }.map(\.gid)
    }

    private static func name(ofGroup number: UInt32) -> String? {
        withEntry { getgrgid_r(number, $0, $1, $2, $3) }.map(\.name)
    }

    private static func withEntry(
        _ query: (
            UnsafeMutablePointer<group>, UnsafeMutablePointer<CChar>, Int,
            UnsafeMutablePointer<UnsafeMutablePointer<group>?>
        ) -> Int32
    ) -> (gid: UInt32, name: String)? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16384) { buffer in
            guard let base = buffer.baseAddress else { return nil }
            var entry = Glibc.group()
            var found: UnsafeMutablePointer<Glibc.group>?
            guard query(&entry, base, buffer.count, &found) == 0, found != nil else { return nil }
            return (entry.gr_gid, String(cString: entry.gr_name))
        }
    }
}
