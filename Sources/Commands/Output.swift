import ArgumentParser
import ClusterModel
import Foundation

/// How a command prints its data.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

struct OutputOptions: ParsableArguments {
    @Option(name: [.customShort("o"), .long], help: "Print text for people, or JSON for programs.")
    var output: OutputFormat = .text
}

/// How a report is printed that may become a comment.
enum CommentFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown
}

struct CommentOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .long],
        help: "Print text for people, JSON for programs, or Markdown for a pull request's comment.")
    var output: CommentFormat = .text
}

/// How a report for others than a terminal is printed.
enum DocumentFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json, markdown, html
}

struct DocumentOptions: ParsableArguments {
    @Option(
        name: [.customShort("o"), .long],
        help: "Print text for people, JSON for programs, Markdown for a comment, or HTML for a browser and paper.")
    var output: DocumentFormat = .text
}

/// A report that may become a comment.
protocol CommentReport: Report {
    var markdown: String { get }
}

/// A report that is also a document.
protocol DocumentReport: CommentReport {
    /// A whole page that needs nothing else.
    var html: String { get }
}

/// Something that can be printed in every format. A new format is a compile error in each report.
protocol Report {
    func text(_ style: Style) -> String
    var json: JSONValue { get }
}

/// The one place that writes to standard output and standard error.
enum Terminal {
    static func print(_ report: some Report, as format: OutputFormat) {
        switch format {
        case .text: write(report.text(Style(for: stdoutDescriptor)), to: .standardOutput)
        case .json: write(report.json.prettyText + "\n", to: .standardOutput)
        }
    }

    static func print(_ report: some CommentReport, as format: CommentFormat) {
        switch format {
        case .text: print(report, as: OutputFormat.text)
        case .json: print(report, as: OutputFormat.json)
        case .markdown: write(report.markdown, to: .standardOutput)
        }
    }

    static func print(_ report: some DocumentReport, as format: DocumentFormat) {
        switch format {
        case .text: print(report, as: OutputFormat.text)
        case .json: print(report, as: OutputFormat.json)
        case .markdown: write(report.markdown, to: .standardOutput)
        case .html: write(report.html, to: .standardOutput)
        }
    }

    static func note(_ text: String) { write(text + "\n", to: .standardError) }

    static func write(_ text: String, to handle: FileHandle) {
        // A reader that went away is its own business.
        try? handle.write(contentsOf: Data(text.utf8))
    }

    /// The width of a terminal; 80 where it does not say.
    static func columns(of descriptor: Int32) -> Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    static let stdoutDescriptor = FileHandle.standardOutput.fileDescriptor
    static let stderrDescriptor = FileHandle.standardError.fileDescriptor
}

/// Colour, only on a terminal and only without `NO_COLOR` (https://no-color.org).
struct Style {
    let isColoured: Bool

    init(isColoured: Bool) { self.isColoured = isColoured }

    init(for descriptor: Int32) {
        let environment = ProcessInfo.processInfo.environment
        isColoured =
            isatty(descriptor) == 1 && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }

    private func wrap(_ text: String, _ code: String) -> String {
        isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }

    func bold(_ text: String) -> String { wrap(text, "1") }
    func faint(_ text: String) -> String { wrap(text, "2") }
    func good(_ text: String) -> String { wrap(text, "32") }
    func warning(_ text: String) -> String { wrap(text, "33") }
    func bad(_ text: String) -> String { wrap(text, "31") }

    /// The mark of a difference: `+` will be created, `~` changed, `-` deleted.
    func mark(_ verb: Action.Verb) -> String {
        switch verb {
        case .create: good("+")
        case .update: warning("~")
        case .delete: bad("-")
        }
    }
}

extension JSONValue {
    /// Indented text with sorted keys, for people who read JSON.
    var prettyText: String { pretty(indent: "") }

    private func pretty(indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .array(let values) where !values.isEmpty:
            return "[\n" + values.map { inner + $0.pretty(indent: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members) where !members.isEmpty:
            let lines = members.sorted { $0.key.precedes($1.key) }.map { name, value in
                inner + JSONValue.string(name).description + ": " + value.pretty(indent: inner)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        default:
            return description
        }
    }
}
