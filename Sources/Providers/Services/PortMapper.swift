import HostAccess

/// The Erlang port mapper (epmd) on one port of this machine.
public struct PortMapper: Sendable {
    /// The port where it listens unless something else was agreed.
    public static let standardPort = 4369

    public let port: Int

    public init(port: Int) { self.port = port }

    /// The names of the nodes that are registered, without their hosts; nil where no port mapper answers.
    public func names() -> [String]? {
        // A request is a length of two bytes and the letter `n`; the answer is a port of four bytes and a text.
        guard let answer = LocalPort.ask(port, [0, 1, UInt8(ascii: "n")]), answer.count >= 4 else { return nil }
        let text = String(decoding: answer.dropFirst(4), as: UTF8.self)
        return text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard words.count >= 5, words[0] == "name" else { return nil }
            return String(words[1])
        }
    }
}
