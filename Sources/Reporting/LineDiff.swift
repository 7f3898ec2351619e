import ClusterModel

/// What differs between two texts, line by line, in the manner of `diff -u`.
public struct LineDiff {
    public enum Line: Hashable {
        case same(String), removed(String), added(String)
        /// The lines that follow begin at this line of the text that should be.
        case at(Int)
    }

    public let lines: [Line]

    /// Longer texts are not compared: the time that it takes grows with the square of what differs.
    public static let longest = 2_000

    /// Nil where a text is too long.
    ///
    /// - Parameter context: how many lines that are the same stand around one that differs.
    public init?(from before: String, to after: String, context: Int = 2) {
        let (old, new) = (Self.split(before), Self.split(after))
        guard old.count <= Self.longest, new.count <= Self.longest else { return nil }
        let all = Self.merge(old, new)
        let changed = all.indices.filter { if case .same = all[$0] { false } else { true } }
        let kept = Set(changed.flatMap { max(0, $0 - context)...min(all.count - 1, $0 + context) })
        var (result, number): ([Line], Int) = ([], 1)
        for (index, line) in all.enumerated() {
            if kept.contains(index) {
                if !kept.contains(index - 1) { result.append(.at(number)) }
                result.append(line)
            }
            if case .removed = line { continue }
            number += 1
        }
        lines = result
    }

    private static func split(_ text: String) -> [String] {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return lines
    }

    private static func merge(_ old: [String], _ new: [String]) -> [Line] {
        var (removed, added): (Set<Int>, Set<Int>) = ([], [])
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var (result, i, j): ([Line], Int, Int) = ([], 0, 0)
        while i < old.count || j < new.count {
            if removed.contains(i) {
                result.append(.removed(old[i]))
                i += 1
            } else if added.contains(j) {
                result.append(.added(new[j]))
                j += 1
            } else {
                result.append(.same(new[j]))
                (i, j) = (i + 1, j + 1)
            }
        }
        return result
    }
}
