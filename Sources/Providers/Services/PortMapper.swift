import HostAccess

/// The Erlang port mapper (epmd) on one port of this machine.
struct PortMapper: Sendable {
    let port: Int

    /// The names of the nodes that are registered, without their hosts; nil where no port mapper answers.
    func names() -> [String]? {
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
