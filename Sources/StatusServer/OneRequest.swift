import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Lets one request through on each connection, its body only where somebody reads it, and has the connection closed after the answer.
///
/// A status page is asked for seldom: keeping connections open would gain nothing, and would let a client hold one.
final class OneRequest: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart

    private var bodyBytesLeft: Int
    private var isComplete = false

    private let isPassedOn: Bool

    init(bodyBytes: Int, isPassedOn: Bool = false) {
        bodyBytesLeft = bodyBytes
        self.isPassedOn = isPassedOn
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isComplete else { return }
        switch unwrapInboundIn(data) {
        case .head(var head):
            // By this field Hummingbird knows that nothing comes after.
            head.headerFields[.connection] = "close"
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body(let bytes):
            bodyBytesLeft -= bytes.readableBytes
            if bodyBytesLeft < 0 { return context.close(promise: nil) }
            if isPassedOn { context.fireChannelRead(wrapInboundOut(.body(bytes))) }
        case .end:
            isComplete = true
            context.fireChannelRead(wrapInboundOut(.end(nil)))
        }
    }
}
