import Glibc
import Synchronization

/// Answers one line of text on each connection to a socket in the file system, for the account that owns it alone.
public final class UnixSocketServer: Sendable {
    private let path: String
    private let descriptor: Int32
    private let isClosed = Mutex(false)

    /// How long a request may be, and how long a client may take for it.
    static let longestRequest = 4096
    static let requestSeconds = 2

    /// Listens, in place of one that was left behind.
    ///
    /// - Throws: where the path can't be listened on, such as one that is too long for the system: 107 bytes.
    public init(_ path: String) throws(FileFailure) {
        self.path = path
        guard path.utf8.count < 108 else { throw FileFailure(path, "be listened on", ENAMETOOLONG) }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw FileFailure(path, "be listened on", errno) }
        unlink(path)
        // The mode counts from the first moment on, whatever the mask.
        fchmod(descriptor, 0o600)
        guard UnixSocket.bind(descriptor, to: path), chmod(path, 0o600) == 0, listen(descriptor, 32) == 0 else {
            let code = errno
            close(descriptor)
            throw FileFailure(path, "be listened on", code)
        }
    }

    /// Serves until the task is cancelled.
    ///
    /// - Parameter answer: called for each request without its line end; may take as long as it needs.
    public func run(_ answer: @escaping @Sendable (String) async -> String) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (ended: CheckedContinuation<Void, Never>) in
                // Accepting blocks a thread, and those of tasks are few.
                Threads.start {
                    self.acceptAll(answer)
                    ended.resume()
                }
            }
        } onCancel: {
            isClosed.withLock { $0 = true }
            shutdown(descriptor, Int32(SHUT_RDWR))
        }
        unlink(path)
        close(descriptor)
    }

    private func acceptAll(_ answer: @escaping @Sendable (String) async -> String) {
        while !isClosed.withLock({ $0 }) {
            let client = accept(descriptor, nil, nil)
            guard client >= 0 else {
                if [EINTR, ECONNABORTED].contains(errno) { continue }
                // Out of descriptors: another moment may have some.
                usleep(100_000)
                continue
            }
            _ = fcntl(client, F_SETFD, FD_CLOEXEC)
            guard let request = Self.request(from: client) else {
                close(client)
                continue
            }
            Task {
                Self.reply(await answer(request), to: client)
                close(client)
            }
        }
    }

    private static func request(from client: Int32) -> String? {
        UnixSocket.limit(client, milliseconds: requestSeconds * 1000)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: longestRequest)
        while bytes.count < longestRequest {
            let count = recv(client, &chunk, chunk.count, 0)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return nil }
            bytes += chunk[..<count]
            if let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                return String(decoding: bytes[..<end], as: UTF8.self)
            }
        }
        return nil
    }

    private static func reply(_ text: String, to client: Int32) {
        let bytes = Array(text.utf8)
        _ = send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }
}

/// Threads of their own, for calls that block.
enum Threads {
    private final class Body {
        let run: () -> Void
        init(_ run: @escaping () -> Void) { self.run = run }
    }

    static func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(Body(body)).toOpaque()
        let code = pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument)
        if code == 0 {
            pthread_detach(thread)
        } else {
            Unmanaged<Body>.fromOpaque(argument).release()
            body()
        }
    }
}
