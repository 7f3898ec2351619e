import HostAccess

/// One POST as curl carries it out. Addresses and signatures may be secret, so curl reads them, and everything else, from
/// its standard input (https://curl.se/docs/manpage.html#-K).
struct CurlRequest {
    static let program = "/usr/bin/curl"

    let url: String
    let fields: [String: String]
    /// The file that has the body.
    let bodyPath: String
    let deadline: Duration

    /// Nothing of this process's environment, and no configuration, proxy or password of this host's accounts.
    func invocation(as user: OSUser?) -> Invocation {
        Invocation(
            executable: Self.program, arguments: ["--disable", "--config", "-"], environment: ["LC_ALL": "C.UTF-8"],
            user: user, standardInput: Array(configuration.utf8), deadline: deadline + .seconds(2),
            outputLimit: 64 << 10)
    }

    /// Prints the status of the answer, and nothing else of it. Follows nobody to another address.
    var configuration: String {
        let seconds = Double(deadline.components.seconds) + Double(deadline.components.attoseconds) / 1e18
        let lines =
            [
                "silent", "show-error", "globoff", "http1.1", "proto = \"=http,https\"", "connect-timeout = 5",
                "max-time = \(seconds)", "output = /dev/null", "write-out = \"%{http_code}\"",
                "url = \(Self.quoted(url))", "data-binary = \(Self.quoted("@" + bodyPath))",
            ]
            + ["Content-Type: application/json", "User-Agent: warren", "Connection: close", "Expect:"].map(Self.header)
            + fields.sorted { $0.key < $1.key }.map { Self.header("\($0.key): \($0.value)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A line feed in it would begin another field.
    private static func header(_ text: String) -> String {
        "header = " + quoted(text.filter { !$0.isNewline })
    }

    private static func quoted(_ text: String) -> String {
        let escaped = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\\\"
            case "\"": "\\\""
            case "\n": "\\n"
            case "\r": "\\r"
            case "\t": "\\t"
            default: String(scalar)
            }
        }
        return "\"" + escaped.joined() + "\""
    }
}
