import Glibc

/// Tells systemd how this service is, over the socket that systemd names in `NOTIFY_SOCKET`.
///
/// Each message is one datagram. It is the protocol of `sd_notify(3)` without its library.
public struct ServiceNotifier: Sendable, Hashable {
    /// One thing to say.
    public enum State: Sendable, Hashable {
        /// The service is up, or has read its configuration again. With `Type=notify`, `systemctl start` returns now.
        case ready
        /// The service reads its configuration again; `ready` follows.
        case reloading
        /// The service is about to end.
        case stopping
        /// The service is alive. To be said within each `watchdogInterval`.
        case alive
        /// What the service is doing, for `systemctl status`: one line.
        case status(String)
        /// Starting or stopping takes this much longer from now on.
        case extendTimeout(Duration)
    }

    /// systemd ignores a message of 4096 bytes and more.
    static let statusLimit = 2048

    /// The path of the socket; one that begins with `@` has no place in the file system.
    public let socket: String
    /// Within which time `alive` has to be said again and again; nil where systemd does not watch.
    public let watchdogInterval: Duration?

    /// The notifier for this process; nil where nobody listens.
    ///
    /// - Parameter process: the number of this process. systemd may watch another one.
    public init?(environment: [String: String], process: Int32 = getpid()) {
        guard let socket = environment["NOTIFY_SOCKET"], !socket.isEmpty else { return nil }
        self.socket = socket
        let watched = environment["WATCHDOG_PID"].map { Int32($0) == process } ?? true
        let time = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
        watchdogInterval = watched && time > 0 ? .microseconds(time) : nil
    }

    /// Says all of `states` in one message. It fails where nobody reads it within two seconds.
    public func send(_ states: State...) throws(FileFailure) {
        let text = states.map(Self.line).joined(separator: "\n")
        var address = try Self.address(of: socket)
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw FileFailure(socket, "be told of this service", errno) }
        defer { close(descriptor) }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let bytes = Array(text.utf8)
        let sent = withUnsafePointer(to: &address.value) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), generic, address.length)
            }
        }
        guard sent == bytes.count else { throw FileFailure(socket, "be told of this service", errno) }
    }

    static func line(_ state: State) -> String {
        switch state {
        case .ready: "READY=1"
        case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds())"
        case .stopping: "STOPPING=1"
        case .alive: "WATCHDOG=1"
        case .status(let text): "STATUS=" + oneLine(text)
        case .extendTimeout(let time): "EXTEND_TIMEOUT_USEC=\(max(0, time.components.seconds) * 1_000_000)"
        }
    }

    /// A line break would begin another statement.
    private static func oneLine(_ text: String) -> String {
        let line = String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
        guard line.utf8.count > statusLimit else { return line }
        var cut = line.prefix(statusLimit)
        while cut.utf8.count > statusLimit { cut.removeLast() }
        return String(cut) + "…"
    }

    private static func monotonicMicroseconds() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
    }

    private static func address(of socket: String) throws(FileFailure) -> (value: sockaddr_un, length: socklen_t) {
        let isAbstract = socket.hasPrefix("@")
        guard isAbstract || socket.hasPrefix("/") else { throw FileFailure(socket, "be told of this service", ENOTSUP) }
        var bytes = Array(socket.utf8)
        if isAbstract { bytes[0] = 0 }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        // A path ends with a zero byte; a name without a place counts its bytes.
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw FileFailure(socket, "be told of this service", ENAMETOOLONG)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let head = MemoryLayout.offset(of: \sockaddr_un.sun_path) ?? 2
        return (address, socklen_t(head + bytes.count + (isAbstract ? 0 : 1)))
    }
}
