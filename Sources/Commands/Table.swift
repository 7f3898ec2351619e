/// Columns padded to their widest cell; the last one is not padded.
struct Table {
    let header: [String]
    var rows: [[String]] = []

    func text(_ style: Style, indent: String = "") -> String {
        let widths = self.widths
        func line(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { column, cell in
                column == cells.count - 1
                    ? cell : cell + String(repeating: " ", count: widths[column] - cell.visibleCount)
            }
            let text = indent + padded.joined(separator: "  ")
            return String(text.prefix(text.count - text.reversed().prefix { $0 == " " }.count))
        }
        return ([style.bold(line(header))] + rows.map(line)).joined(separator: "\n") + "\n"
    }

    /// How many characters a line has before the text of a column begins.
    func width(before column: Int) -> Int { widths[..<column].reduce(0) { $0 + $1 + 2 } }

    private var widths: [Int] {
        let all = [header] + rows
        return header.indices.map { column in all.map { $0[column].visibleCount }.max() ?? 0 }
    }
}

extension String {
    /// How many characters a terminal shows of it: colours take no room.
    fileprivate var visibleCount: Int { replacing(/\u{1B}\[[0-9;]*m/, with: "").count }
}
