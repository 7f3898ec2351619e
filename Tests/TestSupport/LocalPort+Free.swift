import HostAccess

extension LocalPort {
    /// A port that nobody listens on. None that the system gives to outgoing connections: a client that asks again and
    /// again for a server which is not there yet would one day be given the very port as its own, and connect to itself.
    public static func anyFree() -> Int? {
        (0..<1000).lazy.map { _ in Int.random(in: 12_000..<32_000) }.first(where: isFree)
    }
}
