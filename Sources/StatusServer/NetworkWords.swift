import Glibc
import Logging
import NIOCore
import NIOPosix

/// One thread does all network work of this module: it waits nearly all of the time.
enum EventLoops {
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    /// Hummingbird's own words go nowhere: it takes every stop for an error. What matters is thrown.
    static let silence = Logger(label: "warren.status") { _ in SwiftLogNoOpLogHandler() }
}

/// What the network's errors say to a person.
enum NetworkWords {
    static func reason(_ error: any Error) -> String {
        switch error {
        case let error as IOError: words(of: error.errnoCode)
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first {
                reason(first.error)
            } else {
                "the name \(error.host) leads to no address"
            }
        case is ChannelError: "the connection could not be made or was closed"
        case is CancellationError: "it was called off"
        default: "\(error)"
        }
    }

    private static func words(of code: CInt) -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard strerror_r(code, &buffer, buffer.count) == 0 else { return "error \(code)" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self).lowercased()
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
