import Glibc
import NIOCore

/// Where a server listens: an address of this host and a TCP port. Port 0 stands for any free one.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    public let host: String
    public let port: Int

    public init(_ host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Where a channel really listens.
    init?(_ channel: any Channel) {
        guard let address = channel.localAddress, let host = address.ipAddress, let port = address.port else {
            return nil
        }
        self.init(host, port: port)
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// How much of this host a server gives to those who ask, friendly or not.
public struct ServerLimits: Hashable, Sendable {
    /// How many connections are served at once; more of them wait to be accepted. The system hands out up to four at a
    /// time, so that three more may be served.
    public var connections = 64
    /// How long a client may take until its request is complete.
    public var requestTime = Duration.seconds(5)
    /// How long a connection lives at most, whatever happens on it.
    public var connectionTime = Duration.seconds(15)
    /// How many bytes all header fields of a request may have.
    public var headerBytes = 16 * 1024
    /// How many bytes of a body are read and thrown away; none is needed.
    public var bodyBytes = 16 * 1024

    public init() {}
}

/// Why a server does not serve.
public enum ServerError: Error, Hashable, CustomStringConvertible {
    case portInUse(ListenAddress)
    case notAnAddressOfThisHost(ListenAddress)
    case forbidden(ListenAddress)
    case cannotListen(ListenAddress, reason: String)
    /// The system closed the listening socket.
    case stopped

    public var description: String {
        switch self {
        case .portInUse(let address):
            """
            cannot listen on \(address): another program has this port. Run ss -ltnp 'sport = :\(address.port)' to see \
            which, and stop it, or give Warren another port under spec.status
            """
        case .notAnAddressOfThisHost(let address):
            """
            cannot listen on \(address): no interface of this host has the address \(address.host). Run ip address, and \
            correct the host's address in the manifest
            """
        case .forbidden(let address):
            "cannot listen on \(address): the system does not allow it. Ports below 1024 need CAP_NET_BIND_SERVICE"
        case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
        case .stopped: "the system closed the listening socket"
        }
    }

    /// What `error` means that came out of an attempt to listen.
    init(listeningOn address: ListenAddress, _ error: any Error) {
        self =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE: .portInUse(address)
            case EADDRNOTAVAIL: .notAnAddressOfThisHost(address)
            case EACCES, EPERM: .forbidden(address)
            default: .cannotListen(address, reason: NetworkWords.reason(error))
            }
    }
}
