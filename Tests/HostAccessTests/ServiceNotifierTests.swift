import Glibc
import HostAccess
import TestSupport
import Testing

/// The other side of the socket: what systemd would read.
private final class Listener {
    let descriptor: Int32

    /// - Parameter name: a path, or a name that begins with `@`.
    init(_ name: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(name.utf8)
        let isAbstract = name.hasPrefix("@")
        if isAbstract { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count + (isAbstract ? 0 : 1))
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(code == 0)
    }

    deinit { close(descriptor) }

    /// The next message; empty where there is none.
    func next() -> String {
        var buffer = [UInt8](repeating: 0, count: 8192)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}

@Suite struct ServiceNotifierTests {
    let scratch = Result { try ScratchDirectory("notify") }

    @Test func nobodyIsToldWhereSystemdNamesNoSocket() {
        #expect(ServiceNotifier(environment: [:]) == nil)
        #expect(ServiceNotifier(environment: ["NOTIFY_SOCKET": ""]) == nil)
    }

    @Test func messagesReachASocketWithAPath() throws {
        let path = try scratch.get().path("socket")
        let listener = try Listener(path)
        let notifier = try #require(ServiceNotifier(environment: ["NOTIFY_SOCKET": path]))
        try notifier.send(.ready, .status("3 of 3 members run"))
        try notifier.send(.alive)
        try notifier.send(.stopping)
        try notifier.send(.extendTimeout(.seconds(90)))
        #expect(listener.next() == "READY=1\nSTATUS=3 of 3 members run")
        #expect(listener.next() == "WATCHDOG=1")
        #expect(listener.next() == "STOPPING=1")
        #expect(listener.next() == "EXTEND_TIMEOUT_USEC=90000000")
        #expect(listener.next() == "")
    }

    @Test func messagesReachASocketWithoutAPlaceInTheFileSystem() throws {
        let name = try "@" + scratch.get().path("abstract")
        let listener = try Listener(name)
        try #require(ServiceNotifier(environment: ["NOTIFY_SOCKET": name])).send(.ready)
        #expect(listener.next() == "READY=1")
    }

    @Test func readingConfigurationAgainCarriesTheTimeThatSystemdAsksFor() throws {
        let path = try scratch.get().path("socket")
        let listener = try Listener(path)
        var before = timespec()
        clock_gettime(CLOCK_MONOTONIC, &before)
        try #require(ServiceNotifier(environment: ["NOTIFY_SOCKET": path])).send(.reloading)
        let lines = listener.next().split(separator: "\n")
        #expect(lines.first == "RELOADING=1")
        let time = lines.last.flatMap { Int($0.dropFirst("MONOTONIC_USEC=".count)) } ?? 0
        #expect(time >= before.tv_sec * 1_000_000)
        #expect(time < (before.tv_sec + 60) * 1_000_000)
    }

    @Test func aStatusIsOneLineAndShortEnoughToBeRead() throws {
        let path = try scratch.get().path("socket")
        let listener = try Listener(path)
        let notifier = try #require(ServiceNotifier(environment: ["NOTIFY_SOCKET": path]))
        try notifier.send(.status("one\nREADY=1\r\u{1B}[2J"))
        #expect(listener.next() == "STATUS=one READY=1  [2J")
        try notifier.send(.status(String(repeating: "ż", count: 5000)))
        let long = listener.next()
        #expect(long.utf8.count < 4096)
        #expect(long.hasPrefix("STATUS=żż") && long.hasSuffix("ż…"))
    }

    @Test func aSocketThatNobodyReadsIsAFailureWithItsName() throws {
        let path = try scratch.get().path("gone")
        let notifier = try #require(ServiceNotifier(environment: ["NOTIFY_SOCKET": path]))
        #expect(throws: FileFailure(path, "be told of this service", ENOENT)) { try notifier.send(.ready) }
        for name in ["vsock:2:1", "relative", "/" + String(repeating: "x", count: 200)] {
            let notifier = try #require(ServiceNotifier(environment: ["NOTIFY_SOCKET": name]))
            #expect(throws: FileFailure.self) { try notifier.send(.ready) }
        }
    }

    @Test func theWatchdogsTimeIsThatOfThisProcessAlone() {
        func interval(_ more: [String: String]) -> Duration? {
            let environment = more.merging(["NOTIFY_SOCKET": "/nowhere"]) { $1 }
            return ServiceNotifier(environment: environment, process: 42)?.watchdogInterval
        }
        #expect(interval([:]) == nil)
        #expect(interval(["WATCHDOG_USEC": "60000000"]) == .seconds(60))
        #expect(interval(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "42"]) == .seconds(60))
        #expect(interval(["WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "43"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "soon"]) == nil)
        #expect(interval(["WATCHDOG_USEC": "0"]) == nil)
    }
}
