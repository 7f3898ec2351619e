import ClusterModel
import HostAccess

/// Why the broker's tools did not do what they were asked: told apart, since each asks for something else.
public enum BrokerFailure: Error, Hashable, Sendable {
    /// The tool could not be run at all.
    case toolUnusable(String)
    case deadlineExceeded(String)
    case nodeDown
    case appStopped
    case booting
    case wrongCookie
    case cookieFile(String)
    case unresolvableHost(String)
    /// The broker timed out within, such as a Khepri member in a minority.
    case brokerTimeout(String)
    case unknownVhost(String)
    /// The broker understood and said no; its own words.
    case refused(String)
    /// Exit code 0 and an answer that makes no sense.
    case garbled(String)

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
        case .nodeDown: "the RabbitMQ node is not running; start it, and see its log"
        case .appStopped:
            "the node's VM runs and its rabbit application is stopped; it was stopped by hand or is paused by a partition"
        case .booting: "the node is still booting, perhaps waiting for its peers; wait, or start the other members"
        case .wrongCookie:
            "the node runs and refused the connection; the Erlang cookie in the tools' home directory or the node name is "
                + "not the node's"
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
    init(exit status: ExitStatus, output: String, errors: String) {
        let words = Self.words(output: output, errors: errors)
        guard case .exited(let code) = status else {
            self = .toolUnusable("the tool \(status)")
            return
        }
        let text = output + errors
        if text.contains("not running at all") || text.contains("nodedown") || text.contains("unable to connect to epmd") {
            self = .nodeDown
        } else if text.contains("Erlang distribution failed") || text.contains("Authentication failed")
            || text.contains("but node is not accepting connections")
        {
            self = .wrongCookie
        } else if text.contains("Failed to create cookie file") {
            self = .cookieFile("there is none, and the folder for it is missing or closed; was the node ever started here?")
        } else if text.contains(".erlang.cookie: eacces") {
            // The tool logs this many times over, which nobody needs to read.
            self = .cookieFile("the account that the tools run as may not read it, or not enter a folder above it")
        } else if text.contains("must be accessible by owner only") || text.contains("cookie file") {
            self = .cookieFile(words)
        } else if text.contains("nxdomain") || text.contains("unable to resolve") || text.contains("can't resolve") {
            self = .unresolvableHost(words)
        } else if text.contains("'rabbit' app to be running") || text.contains("rabbit application is not running") {
            self = .appStopped
        } else if code == 75 {
            self = .brokerTimeout(words)
        } else if code == 78 || code == 1 || code == 2 || code == 127 {
            self = .toolUnusable("the tool exited with code \(code): \(words)")
        } else if text.contains("Virtual host '"), text.contains("does not exist") {
            self = .unknownVhost(words)
        } else {
            self = .refused(words)
        }
    }

    /// What the tool said, without log lines, hints and HTML escapes, on one line and redacted.
    static func words(output: String, errors: String) -> String {
        let lines = (errors + "\n" + output).split(whereSeparator: \.isNewline)
            .map { $0.trimming(while: \.isWhitespace) }
            .filter { !$0.isEmpty && $0 != "Error:" && !$0.contains("[warning]") && !$0.hasPrefix("Arguments given:") }
        let joined = lines.map { $0.hasPrefix("Error: ") ? String($0.dropFirst(7)) : $0 }.joined(separator: " ")
        let text = unescapeHTML(joined.isEmpty ? "the tool said nothing" : joined)
        return Redaction.maskURIs(String(text.prefix(1000))).printable
    }

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
