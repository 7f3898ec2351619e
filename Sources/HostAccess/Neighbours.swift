import ClusterModel
import Glibc

/// Which network cards answer for addresses, as the kernel found out. IPv4 alone: `/proc` does not tell those of IPv6.
public enum Neighbours {
    /// The hardware address behind each of these addresses; one that nobody answers for is left out.
    ///
    /// Each is sent an empty datagram to the discard port, so that the kernel asks for it; no privilege is needed.
    public static func hardware(
        of addresses: [IPAddress], within limit: Duration = .milliseconds(500)
    ) async -> [IPAddress: String] {
        let wanted = addresses.filter { !$0.isIPv6 }
        for address in wanted { ask(address) }
        let end = ContinuousClock.now + limit
        while true {
            let text = String(decoding: (try? FileContent.read("/proc/net/arp")) ?? [], as: UTF8.self)
            let known = table(text).filter { wanted.contains($0.key) }
            if known.count == Set(wanted).count || ContinuousClock.now >= end { return known }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    /// The complete entries of `/proc/net/arp`.
    static func table(_ text: String) -> [IPAddress: String] {
        var found: [IPAddress: String] = [:]
        for line in text.split(separator: "\n").dropFirst() {
            let columns = line.split(whereSeparator: \.isWhitespace)
            // Bit 1 of the flags says that somebody answered (linux/if_arp.h, ATF_COM).
            guard columns.count >= 4, let address = IPAddress(String(columns[0])),
                let flags = Int(columns[2].dropFirst(2), radix: 16), flags & 2 != 0
            else { continue }
            found[address] = String(columns[3])
        }
        return found
    }

    private static func ask(_ address: IPAddress) {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = UInt16(9).bigEndian
        withUnsafeMutableBytes(of: &target.sin_addr) { $0.copyBytes(from: address.bytes) }
        _ = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, nil, 0, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
