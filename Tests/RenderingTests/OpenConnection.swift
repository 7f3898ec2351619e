import Glibc
import TestSupport

/// A client's connection through the proxy, which stays open until somebody ends it.
final class OpenConnection {
    private let socket: Int32
    /// The name of the server that answered.
    let server: String

    init(_ port: Int) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = UInt16(port).bigEndian
        name.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let connected = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let request = Array("AMQP\u{0}\u{0}\u{9}\u{1}".utf8)
        var answer = [UInt8](repeating: 0, count: 256)
        guard connected == 0, send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count,
            case let count = recv(socket, &answer, answer.count, 0), count > 11
        else {
            close(socket)
            throw TestFailure("nobody answers on port \(port)")
        }
        server = String(decoding: answer[11..<count], as: UTF8.self)
    }

    deinit { close(socket) }

    /// Whether the other side has ended it.
    var isClosed: Bool {
        var byte: UInt8 = 0
        let count = recv(socket, &byte, 1, Int32(MSG_DONTWAIT | MSG_PEEK))
        return count == 0 || count < 0 && errno != EAGAIN
    }
}
