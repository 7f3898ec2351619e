import Glibc

/// Addresses of host names, as this machine resolves them.
public enum HostLookup {
    /// The first address of a host, IPv4 before IPv6; nil where the name can't be resolved.
    public static func address(of name: String) -> String? { addresses(of: name).first }

    /// All addresses of a host, IPv4 before IPv6.
    public static func addresses(of name: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [(family: Int32, text: String)] = []
        var next = list
        while let entry = next?.pointee {
            if let text = numeric(entry.ai_addr, entry.ai_addrlen) { found.append((entry.ai_family, text)) }
            next = entry.ai_next
        }
        let first = found.filter { $0.family == AF_INET }.map(\.text)
        let second = found.filter { $0.family == AF_INET6 }.map(\.text)
        return (first + second).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// The addresses of this machine's network interfaces.
    public static func ownAddresses() -> Set<String> {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: Set<String> = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            guard let address = entry.ifa_addr else { continue }
            let size: Int
            switch Int32(address.pointee.sa_family) {
            case AF_INET: size = MemoryLayout<sockaddr_in>.size
            case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
            default: continue
            }
            if let text = numeric(address, socklen_t(size)) { found.insert(text) }
        }
        return found
    }

    private static func numeric(_ address: UnsafePointer<sockaddr>?, _ length: socklen_t) -> String? {
        guard let address else { return nil }
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
            guard let base = buffer.baseAddress,
                getnameinfo(address, length, base, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) == 0
            else { return nil }
            let text = String(cString: base)
            // An interface's name after % is of no use to others.
            return text.split(separator: "%").first.map(String.init)
        }
    }
}

/// The directory that relative paths start from.
public enum WorkingDirectory {
    public static var path: String {
        guard let text = getcwd(nil, 0) else { return "/" }
        defer { free(text) }
        return String(cString: text)
    }
}
