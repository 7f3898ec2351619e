import ClusterModel

/// From what metrics are made.
struct MetricSource: Sendable {
    let snapshot: HostSnapshot
    let usage: ProcessUsage?
}

/// One metric with its name, its meaning and how its values come out of a snapshot.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable { case gauge, counter, summary }

    struct Sample: Sendable {
        /// The values of the family's labels, in their order.
        var labels: [String] = []
        /// `_sum` and `_count` of a summary.
        var suffix = ""
        var value: Double

        init(_ value: Double, _ labels: [String] = [], suffix: String = "") {
            self.value = value
            self.labels = labels
            self.suffix = suffix
        }
    }

    let name: String
    let kind: Kind
    let labels: [String]
    /// One sentence without a full stop, also that of docs/status-api.md.
    let help: String
    let samples: @Sendable (MetricSource) -> [Sample]

    init(
        _ name: String, kind: Kind = .gauge, labels: [String] = [], _ help: String,
        _ samples: @escaping @Sendable (MetricSource) -> [Sample]
    ) {
        self.name = name
        self.kind = kind
        self.labels = labels
        self.help = help
        self.samples = samples
    }

    /// All families that have a value, in Prometheus' text format 0.0.4.
    static func text(_ source: MetricSource) -> String {
        all.map { $0.text(source) }.joined()
    }

    private func text(_ source: MetricSource) -> String {
        var seen: Set<[String]> = []
        // The same series twice would make Prometheus refuse the whole page.
        let samples = samples(source).filter { seen.insert($0.labels + [$0.suffix]).inserted }
        guard !samples.isEmpty else { return "" }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" + samples.map(line).joined()
    }

    private func line(_ sample: Sample) -> String {
        let pairs = zip(labels, sample.labels).map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
        return name + sample.suffix + (pairs.isEmpty ? "" : "{\(pairs)}") + " \(Self.number(sample.value))\n"
    }

    private static func escaped(_ text: String) -> String {
        text.unicodeScalars.reduce(into: "") { result, scalar in
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : String(value)
    }
}
