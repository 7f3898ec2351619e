import Glibc
import HostAccess
import StatusServer
import TestSupport

/// A TCP connection that a test has wholly in its hands: it never blocks, and says what came and whether it is over.
final class RawConnection {
    private let socket: Int32
    private(set) var received: [UInt8] = []
    /// The other side ended or reset it.
    private(set) var isOver = false

    init(_ address: ListenAddress) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw TestFailure("no socket: \(errno)") }
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = UInt16(address.port).bigEndian
        target.sin_addr = in_addr(s_addr: inet_addr(address.host))
        let code = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard code == 0 else { throw TestFailure("no connection to \(address): \(errno)") }
        _ = fcntl(socket, F_SETFL, O_NONBLOCK)
    }

    deinit { close(socket) }

    /// Sends as much as the system takes, and says how much that was.
    @discardableResult
    func send(_ bytes: some Collection<UInt8>) -> Int {
        let bytes = Array(bytes)
        let count = Glibc.send(socket, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        if count < 0, errno != EAGAIN { isOver = true }
        return max(0, count)
    }

    @discardableResult
    func send(_ text: String) -> Int { send(text.utf8) }

    /// Takes what came.
    func read() {
        var chunk = [UInt8](repeating: 0, count: 65536)
        while !isOver {
            let count = recv(socket, &chunk, chunk.count, 0)
            if count > 0 { received += chunk[..<count] }
            if count == 0 || (count < 0 && errno != EAGAIN) { isOver = true }
            if count < 0 { return }
        }
    }

    /// Whether the server of this machine at the other end has closed its socket, as the system's table of connections
    /// tells: what it had sent before may still be on the way.
    func isClosedByServer() throws -> Bool {
        var own = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &length) }
        }
        guard code == 0 else { throw TestFailure("no port: \(errno)") }
        let port = String(UInt16(bigEndian: own.sin_port), radix: 16, uppercase: true)
        let table = String(decoding: try FileContent.read("/proc/net/tcp"), as: UTF8.self)
        // The server's row has this port on its right side; 01 is ESTABLISHED.
        return !table.contains(":\(String(repeating: "0", count: 4 - port.count))\(port) 01 ")
    }

    var text: String { String(decoding: received, as: UTF8.self) }

    /// All that comes until the other side ends; nil where it doesn't.
    func wholeAnswer(within limit: Duration = .seconds(10)) async -> String? {
        let isComplete = await eventually(within: limit) {
            read()
            return isOver
        }
        return isComplete ? text : nil
    }
}

extension ListenAddress {
    /// What the server answers to these bytes.
    func answer(to request: String) async throws -> String {
        let connection = try RawConnection(self)
        connection.send(request)
        guard let answer = await connection.wholeAnswer() else { throw TestFailure("no end of the answer") }
        return answer
    }

    /// The status line, the header fields and the body of the answer to a `GET`.
    func get(_ path: String, method: String = "GET") async throws -> (status: String, head: String, body: String) {
        let answer = try await answer(to: "\(method) \(path) HTTP/1.1\r\nHost: test\r\n\r\n")
        guard let gap = answer.firstRange(of: "\r\n\r\n") else { throw TestFailure("no answer: \(answer)") }
        let head = String(answer[..<gap.lowerBound])
        return (String(head.prefix { $0 != "\r\n" }), head, String(answer[gap.upperBound...]))
    }
}
