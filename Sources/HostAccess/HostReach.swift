import Glibc

/// Whether a machine is there at all, whatever runs on it.
public enum HostReach {
    /// Whether something at the address takes or refuses a connection to one of the ports within the time. A machine
    /// that is off, or behind a cut, does neither.
    public static func answers(_ address: String, ports: [Int], milliseconds: Int32 = 1000) -> Bool {
        ports.contains { port in answers(address, port, milliseconds) }
    }

    private static func answers(_ address: String, _ port: Int, _ milliseconds: Int32) -> Bool {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, String(port), &hints, &found) == 0, let first = found else { return false }
        defer { freeaddrinfo(first) }
        let socket = Glibc.socket(first.pointee.ai_family, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        _ = fcntl(socket, F_SETFL, O_NONBLOCK)
        if connect(socket, first.pointee.ai_addr, first.pointee.ai_addrlen) == 0 { return true }
        guard errno == EINPROGRESS else { return errno == ECONNREFUSED }
        var waiting = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        guard poll(&waiting, 1, milliseconds) == 1 else { return false }
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else { return false }
        return code == 0 || code == ECONNREFUSED
    }
}
