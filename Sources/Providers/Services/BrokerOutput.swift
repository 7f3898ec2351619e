import ClusterModel
import HostAccess

/// What a broker that ended said why.
public enum BrokerOutput {
    /// The sentences at the end of a broker's output, without the reports of Erlang that follow them: what an Erlang report
    /// says line by line begins with a space.
    public static func lastWords(of text: String) -> [String] {
        let noise = ["BOOT FAILED", "Kernel pid terminated", "{\"Kernel pid terminated", "Crash dump is being written"]
        var words: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let message = String(Self.message(of: line)).printable
            guard let first = message.first, !first.isWhitespace, message.contains(where: \.isLetter),
                !noise.contains(where: message.hasPrefix), words.last != message
            else { continue }
            words.append(message)
        }
        return Array(words.suffix(5))
    }

    /// A line of a log begins with time, level and process: `2026-11-23 13:27:11.907730+00:00 [error] <0.132.0> `.
    private static func message(of line: Substring) -> Substring {
        guard let level = line.firstIndex(of: "["), line[..<level].allSatisfy({ !$0.isLetter }),
            let process = line[level...].firstRange(of: "> ")
        else { return line }
        return line[process.upperBound...]
    }
}
