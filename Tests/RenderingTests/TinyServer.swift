import Foundation
import Glibc
import Synchronization
import TestSupport

/// A TCP server of a test on a loopback address: what it answers, and whether it waits for a request first.
final class TinyServer: Sendable {
    struct Behaviour: Sendable {
        /// How many bytes it reads before it answers.
        var requestLength: Int
        /// What it answers; nil holds the connection in silence.
        var answer: [UInt8]?
        /// Whether the connection stays open after the answer.
        var staysOpen = false
    }

    private let state: Mutex<(behaviour: Behaviour, connections: [Int32])>
    private let listener: Mutex<Int32>

    init(_ address: String, _ port: Int, _ behaviour: Behaviour) throws {
        state = Mutex((behaviour, []))
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var one: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        _ = fcntl(socket, F_SETFD, FD_CLOEXEC)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = UInt16(port).bigEndian
        inet_pton(AF_INET, address, &name.sin_addr)
        let bound = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard bound == 0, listen(socket, 64) == 0 else {
            close(socket)
            throw TestFailure("\(address):\(port) can't be listened on")
        }
        listener = Mutex(socket)
        Thread { [self] in serve(socket) }.start()
    }

    deinit { stop() }

    /// What it answers from now on.
    func become(_ behaviour: Behaviour) { state.withLock { $0.behaviour = behaviour } }

    /// Takes no connection any more, and ends those it has.
    func stop() {
        listener.withLock { socket in
            guard socket >= 0 else { return }
            shutdown(socket, Int32(SHUT_RDWR))
            close(socket)
            socket = -1
        }
        let open = state.withLock { state in
            defer { state.connections = [] }
            return state.connections
        }
        for connection in open { close(connection) }
    }

    private func serve(_ socket: Int32) {
        while true {
            let connection = accept(socket, nil, nil)
            guard connection >= 0 else { return }
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            let behaviour = state.withLock { $0.behaviour }
            guard let answer = behaviour.answer else {
                state.withLock { $0.connections.append(connection) }
                continue
            }
            var request = [UInt8](repeating: 0, count: max(1, behaviour.requestLength))
            if behaviour.requestLength > 0 { _ = recv(connection, &request, behaviour.requestLength, 0) }
            _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
            if behaviour.staysOpen {
                state.withLock { $0.connections.append(connection) }
            } else {
                // The answer must not be lost to bytes that were not read.
                shutdown(connection, Int32(SHUT_WR))
                close(connection)
            }
        }
    }
}

extension TinyServer.Behaviour {
    /// Connection.Start of AMQP 0-9-1, as much as a check looks at, and then the server's name.
    static func amqp(_ name: String, staysOpen: Bool = false) -> Self {
        Self(requestLength: 8, answer: [1, 0, 0, 0, 0, 0, 9, 0, 10, 0, 10] + Array(name.utf8), staysOpen: staysOpen)
    }
    /// A broker that is frozen: the kernel takes its connections, nobody answers.
    static let silent = Self(requestLength: 0, answer: nil)
    /// An agent, which speaks without being asked.
    static func agent(_ word: String) -> Self { Self(requestLength: 0, answer: Array("\(word)\n".utf8)) }
    static func http(_ status: Int) -> Self {
        Self(requestLength: 4, answer: Array("HTTP/1.0 \(status) x\r\nContent-Length: 0\r\n\r\n".utf8))
    }
}
