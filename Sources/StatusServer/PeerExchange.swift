import NIOCore
import NIOHTTP1

/// One request on one connection. Its promise is kept once, by whatever comes first.
final class PeerExchange: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let address: ListenAddress
    private let path: String
    private let sizeLimit: Int
    private let promise: EventLoopPromise<[UInt8]>
    private var body: [UInt8] = []

    init(_ address: ListenAddress, path: String, sizeLimit: Int, promise: EventLoopPromise<[UInt8]>) {
        self.address = address
        self.path = path
        self.sizeLimit = sizeLimit
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        let fields: HTTPHeaders = [
            "host": "\(address)", "accept": "application/json", "connection": "close", "user-agent": "warren",
        ]
        let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: fields)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            guard head.status == .ok || head.status == .accepted else {
                return promise.fail(PeerFailure.refused(status: Int(head.status.code)))
            }
        case .body(let bytes):
            guard body.count + bytes.readableBytes <= sizeLimit else {
                return promise.fail(PeerFailure.tooLarge(limit: sizeLimit))
            }
            body += bytes.readableBytesView
        case .end:
            promise.succeed(body)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        promise.fail(
            error is HTTPParserError
                ? PeerFailure.unreadable("it is not HTTP") : PeerFailure.unreachable(NetworkWords.reason(error)))
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.fail(PeerFailure.unreachable("it closed the connection before its answer was complete"))
    }
}
