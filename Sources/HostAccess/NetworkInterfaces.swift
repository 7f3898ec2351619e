import ClusterModel
import Glibc

/// The addresses of this host's network interfaces.
public enum NetworkInterfaces {
    /// Whether one of them has this address.
    public static func hold(_ address: IPAddress) -> Bool { addresses().contains(address) }

    /// The names of the interfaces, sorted.
    public static func names() -> [String] { ((try? Directory.names("/sys/class/net")) ?? []).sorted() }

    /// All addresses of all interfaces.
    public static func addresses() -> Set<IPAddress> {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return [] }
        defer { freeifaddrs(first) }
        var found: Set<IPAddress> = []
        var next = first
        while let entry = next {
            if let address = entry.pointee.ifa_addr.flatMap(text).flatMap({ IPAddress($0) }) { found.insert(address) }
            next = entry.pointee.ifa_next
        }
        return found
    }

    private static func text(_ address: UnsafeMutablePointer<sockaddr>) -> String? {
        let length =
            switch Int32(address.pointee.sa_family) {
            case AF_INET: MemoryLayout<sockaddr_in>.size
            case AF_INET6: MemoryLayout<sockaddr_in6>.size
            default: 0
            }
        guard length > 0 else { return nil }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(address, socklen_t(length), &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        let name = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return String(name.prefix { $0 != "%" })
    }
}
