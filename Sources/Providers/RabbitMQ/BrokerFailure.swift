import ClusterModel
import HostAccess

/// Why the broker's tools did not do what they were asked: told apart, since each asks for something else.
public enum BrokerFailure: Error, Hashable, Sendable {
    /// The tool could not be run at all.
    case toolUnusable(String)
    case deadlineExceeded(String)
    /// Killed by someone else while it worked.
    case killed(String)
    case nodeDown
    /// The node is down, or the port mapper through which it is found.
    case noPortMapper
    /// The node can't be reached; the tool does not say why.
    case unreachable
    case appStopped
    /// The node stopped its application itself, as it is in a minority.
    case paused
    case booting
    case wrongCookie
    /// The node takes connections and says nothing: its process is frozen, or the host has no time for it.
    case silent
    case cookieFile(String)
    case unresolvableHost(String)
    /// The broker timed out within, such as a Khepri member in a minority.
    case brokerTimeout(String)
    case unknownVhost(String)
    /// The broker understood and said no; its own words.
    case refused(String)
    /// Exit code 0 and an answer that makes no sense.
    case garbled(String)

    /// Whether what was asked for may have been done all the same.
    public var mayHaveTakenEffect: Bool {
        switch self {
        case .deadlineExceeded, .killed, .brokerTimeout: true
        default: false
        }
    }

    /// Whether asking again with other values could help, as only a refusal is about what was asked.
    public var isRefusal: Bool {
        switch self {
        case .refused, .unknownVhost: true
        default: false
        }
    }
}

extension BrokerFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .toolUnusable(let reason): reason
        case .deadlineExceeded(let reason): reason
        case .killed(let how): "\(how) before it was done; what it was to do may have been done"
        case .noPortMapper:
            "the RabbitMQ node is not running, or no Erlang port mapper (epmd) answers on this host; start the node"
        case .unreachable:
            "the RabbitMQ node is not running or refuses the connection; start it, and see its log"
        case .nodeDown: "the RabbitMQ node is not running; start it, and see its log"
        case .appStopped:
            "the node's VM runs and its rabbit application is stopped"
        case .paused:
            "a partition paused the node, as it sees no majority of the members; it goes on by itself when it does"
        case .booting: "the node is still booting, perhaps waiting for its peers; wait, or start the other members"
        case .wrongCookie:
            "the node runs and refused the connection; the Erlang cookie in the tools' home directory or the node name is "
                + "not the node's"
        case .silent: "the node takes connections and says nothing; see whether its process or its disk hangs"
        case .cookieFile(let words): "the Erlang cookie file can't be used: \(words)"
        case .unresolvableHost(let words): "the host of the node name can't be resolved: \(words)"
        case .brokerTimeout(let words): "the broker timed out: \(words)"
        case .unknownVhost(let words): words
        case .refused(let words): words
        case .garbled(let reason): "the tool exited with 0 and its answer can't be used: \(reason)"
        }
    }
}

extension BrokerFailure {
    /// Tells the cases apart by exit code and by what the tool wrote.
    ///
    /// Exit code 69 alone means a stopped node, a wrong cookie and a value that the validator refuses (facts §0),
    /// so that the words decide.
    ///
    /// - Parameter duration: how long the tool ran. A node with another cookie refuses at once, one that is frozen lets
    ///   the connection wait until `net_setuptime` of Erlang's kernel is over; the tool says the same of both.
    init(exit status: ExitStatus, output: String, errors: String, after duration: Duration = .zero) {
        guard case .exited(let code) = status, code < Self.killedBySignal else {
            self = .killed("the tool \(status)")
            return
        }
        let words = Self.words(output: output, errors: errors)
        // What the broker refuses it repeats, and that may read like anything.
        if words.hasPrefix("Validation failed") {
            self = .refused(words)
        } else if Self.isUnknownVhost(words) {
            self = .unknownVhost(words)
        } else {
            let cause = Self.ofNode(output + errors, words) ?? Self.ofCode(code, words)
            self = cause == .wrongCookie && duration >= Self.setupTime ? .silent : cause
        }
    }

    /// What a script recorded of an action that did not succeed: `refused` and a text that the broker means for people,
    /// or a term, in which the state of the cluster shows as one of its words.
    init(record: String) {
        let text = record.hasPrefix("refused ") ? record.dropFirst("refused ".count) : nil
        let words = Self.words(output: text.map(String.init) ?? record, errors: "")
        let isState = text == nil && Self.wordsOfState.contains { record.contains($0) }
        self = isState ? .brokerTimeout(words) : .refused(words)
    }

    /// Khepri gives them where no majority of its members answers, Mnesia where a member goes.
    private static let wordsOfState = ["timeout", "timed_out", "noproc", "nodedown", "noconnection", "no_exists"]

    static let setupTime = Duration.seconds(7)

    /// A shell whose program was killed exits with 128 and the signal's number.
    private static let killedBySignal = 129

    private static func isUnknownVhost(_ words: String) -> Bool {
        words.hasPrefix("Virtual host ") && words.hasSuffix("does not exist")
            || words.hasPrefix("Please create virtual host ")
    }

    /// The diagnostics by which a tool says that it did not get through to the broker.
    private static func ofNode(_ text: String, _ words: String) -> BrokerFailure? {
        let causes: [(BrokerFailure, [String])] = [
            (.unresolvableHost(hostWords(words)), ["nxdomain", "unable to resolve", "can't resolve"]),
            (.nodeDown, ["not running at all", "unable to connect to epmd"]),
            (
                .wrongCookie,
                ["but Erlang distribution failed", "Authentication failed", "but node is not accepting connections"]
            ),
            (
                .cookieFile("the account that the tools run as may not read it, or not enter a folder above it"),
                [".erlang.cookie: eacces"]
            ),
            (.cookieFile(cookieWords(text)), cookieTroubles),
            // Its port takes no more connections, as nobody has taken the last ones.
            (.silent, ["can't establish TCP connection to the target node, reason: timeout"]),
            (.unreachable, ["can't establish TCP connection to the target node"]),
            (.appStopped, ["'rabbit' app to be running", "rabbit application is not running"]),
            (.unreachable, ["requires the target node to be running"]),
            (.noPortMapper, [":nodistribution", "{nodistribution"]),
            (.nodeDown, ["nodedown"]),
        ]
        return causes.first { cause in cause.1.contains { text.contains($0) } }?.0
    }

    private static func ofCode(_ code: Int, _ words: String) -> BrokerFailure {
        switch code {
        case 75: .brokerTimeout(words)
        case 78, 1, 2, 126, 127: .toolUnusable("the tool exited with code \(code): \(words)")
        default: .refused(words)
        }
    }

    private static let cookieTroubles = [
        "must be accessible by owner only", "Error when reading /", "Failed to create cookie file",
    ]

    /// The one line of many that tells.
    private static func cookieWords(_ text: String) -> String {
        let line = text.split(whereSeparator: \.isNewline)
            .first { line in cookieTroubles.contains { line.contains($0) } }
        guard let line else { return "see its mode and owner" }
        return words(output: "", errors: String(line.split(separator: "] ").last ?? line))
    }

    private static func hostWords(_ words: String) -> String {
        words.split(separator: " * ").first { $0.contains("resolve") || $0.contains("nxdomain") }
            .map { $0.trimming(while: \.isWhitespace) } ?? words
    }

    /// What the tool said, without log lines, hints and HTML escapes, on one line and redacted.
    static func words(output: String, errors: String) -> String {
        let lines = (errors + "\n" + output).prefix(longest).split(whereSeparator: \.isNewline)
            .flatMap { unwrapped($0.trimming(while: \.isWhitespace)).split(whereSeparator: \.isNewline) }
            .map { $0.trimming(while: \.isWhitespace) }
            // What follows is the command line and how it is to be written.
            .prefix { !$0.hasPrefix("Arguments given:") }
            .filter { !$0.isEmpty && $0 != "Error:" && !$0.contains("[warning]") }
            .map { $0.hasPrefix("Error: ") ? String($0.dropFirst(7)) : $0 }
        let joined = lines.reduce(into: "") { (text: inout String, line: String) in
            // Erlang breaks a long text into several and a list of bytes into lines, in which no secret would be found.
            if text.hasSuffix("\""), line.hasPrefix("\"") {
                text = String(text.dropLast() + line.dropFirst())
            } else {
                let isGlued = text.isEmpty || text.hasSuffix(",") && line.first?.isNumber == true
                text += isGlued ? line : " " + line
            }
        }
        let text = unescapeHTML(joined.isEmpty ? "the tool said nothing" : joined)
        return Redaction.maskURIs(withoutPayloads(text)).printable
    }

    /// A long run of base64 is what a script carried, in which a secret would not be found.
    private static func withoutPayloads(_ text: String) -> String {
        var shown = ""
        var run = ""
        for character in text {
            if character.isASCII, character.isLetter || character.isNumber || "+/=".contains(character) {
                run.append(character)
            } else {
                shown += run.utf8.count > longestWord ? "***" : run
                shown.append(character)
                run = ""
            }
        }
        return shown + (run.utf8.count > longestWord ? "***" : run)
    }

    private static let longestWord = 63

    /// 4.x prints a refusal as an Erlang binary, `<<"Validation failed\n\n…">>`.
    private static func unwrapped(_ line: String) -> String {
        guard line.hasPrefix("<<\""), line.hasSuffix("\">>"), line.count >= 6 else { return line }
        var text = ""
        var isEscaped = false
        for character in line.dropFirst(3).dropLast(3) {
            if isEscaped {
                text.append(character == "n" ? "\n" : character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                text.append(character)
            }
        }
        return text
    }

    /// How much is looked at of what a tool said. Whoever shows it makes it shorter, after secrets are removed: a cut
    /// through a secret would leave its first half.
    private static let longest = 50_000

    private static func unescapeHTML(_ text: String) -> String {
        ["&lt;": "<", "&gt;": ">", "&quot;": "\"", "&#39;": "'", "&amp;": "&"]
            .sorted { $0.key > $1.key }
            .reduce(text) { $0.replacing($1.key, with: $1.value) }
    }
}

extension Substring {
    fileprivate func trimming(while isTrimmed: (Character) -> Bool) -> String {
        let start = drop(while: isTrimmed)
        return String(start.reversed().drop(while: isTrimmed).reversed())
    }
}
