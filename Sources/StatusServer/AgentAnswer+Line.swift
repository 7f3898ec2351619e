import ClusterModel

extension AgentAnswer {
    /// The answer in the words of HAProxy's agent-check protocol; nil where HAProxy is told nothing.
    ///
    /// Each line says the whole truth, the weight and the health: whatever was said before is lifted by the next line,
    /// also after either side was restarted. The protocol's words `drain` and `maint` are not used: they set the state
    /// that belongs to the person at HAProxy's own command line, `up` does not lift them again, and `ready`, which does,
    /// would lift that person's drain as well. docs/decisions/0014 has what was tried.
    ///
    /// | word | line | HAProxy |
    /// |---|---|---|
    /// | `up` | `up 100%` | clients come |
    /// | `drain` | `up 0% #drain` | weight 0: no new clients, those that are connected stay |
    /// | `maint` | `stopped 100% #maint` | down, and its page says that it was meant |
    /// | `down` | `down 100% #reason` | down |
    public var line: String? {
        switch word {
        case .up: "up 100%\n"
        case .drain: "up 0% #\(comment("drain"))\n"
        case .maint: "stopped 100% #\(comment("maint"))\n"
        case .down: "down 100% #\(comment(nil))\n"
        case .unknown: nil
        }
    }

    /// The word and the reason as one line of at most 120 printable ASCII characters.
    private func comment(_ word: String?) -> String {
        let reason = (reason ?? "").unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? String($0) : "?" }.joined()
        let text = [word, reason.isEmpty ? nil : reason].compactMap { $0 }.joined(separator: ": ")
        return text.isEmpty ? "not in service" : String(text.prefix(120))
    }
}
