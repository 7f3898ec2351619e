import ClusterModel
import Reporting

extension LineDiff {
    /// How many lines are shown of one text.
    static let shownLines = 40

    func text(_ style: Style, indent: String) -> String {
        let all = unified
        let shown = all.prefix(Self.shownLines).map { line, text -> String in
            switch line {
            case .same: Self.cut(text)
            case .removed: style.bad(Self.cut(text))
            case .added: style.good(Self.cut(text))
            case .at: style.faint(text)
            }
        }
        let rest = all.count - shown.count
        let note = rest > 0 ? ["… and \(counted(rest, "line")) more; --output json has all of it"] : []
        return (shown + note).map { indent + $0 + "\n" }.joined()
    }

    private static func cut(_ line: String) -> String {
        let text = line.printable
        return text.count > 160 ? text.prefix(157) + "…" : text
    }
}
