import Synchronization

/// Texts that several tasks add to.
public final class Lines: Sendable {
    private let texts = Mutex<[String]>([])

    public init() {}
    public var all: [String] { texts.withLock { $0 } }
    public func add(_ text: String) { texts.withLock { $0.append(text) } }
}
