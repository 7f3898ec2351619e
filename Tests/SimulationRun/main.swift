import Foundation
import Simulation

// warren-simulate [HOSTS [FAILURES [LIMIT]]] [blank] [ignore] [late] [restart] [recover] [ends]
let words = CommandLine.arguments.dropFirst()
let numbers = words.compactMap { Int($0) }
let (hosts, failures) = (numbers.first ?? 3, numbers.dropFirst().first ?? 3)
let rules = Rules(
    hosts: hosts, pausesMinority: !words.contains("ignore"), restarts: words.contains("restart"),
    recovers: words.contains("recover"))
var explorer = Explorer(rules, isPrompt: !words.contains("late"), limit: numbers.dropFirst(2).first ?? 100_000_000)
let clock = ContinuousClock()
let begun = clock.now
let first = words.contains("blank") ? rules.blank(failures: failures) : rules.formed(failures: failures)
explorer.explore(from: first) { seen in
    let text = "depth \(seen.depth): \(seen.worlds) worlds, \(clock.now - begun)\n"
    FileHandle.standardError.write(Data(text.utf8))
}
let figures = explorer.figures
print(
    "\(hosts) hosts, \(failures) failures: \(figures.worlds) worlds, \(figures.transitions) transitions, depth "
        + "\(figures.depth), \(clock.now - begun)\(figures.isComplete ? "" : ", cut off at the limit")")
for (end, count) in figures.ends.sorted(by: { $0.value > $1.value }) {
    print("\(count) \(end)")
    if words.contains("ends") { print(rules.text(of: explorer.example(of: end))) }
}
for finding in explorer.findings { print("\nCounterexample:\n" + rules.text(of: finding)) }
