import ClusterModel

/// What experience says against a manifest that is valid. Each rule is a pure function of its own, and names the section
/// of `docs/configuration.md` that explains it.
public struct Advice: Sendable {
    /// The anchor of the section, without the `#`. A test holds all of them against the page.
    public let anchor: String
    /// What the rule finds in a manifest; the version is nil where none was named.
    let find: @Sendable (ClusterManifest, BrokerVersion?) -> [Finding]

    init(_ anchor: String, _ find: @escaping @Sendable (ClusterManifest, BrokerVersion?) -> [Finding]) {
        self.anchor = anchor
        self.find = find
    }

    /// One place that departs from the advice.
    struct Finding: Hashable, Sendable {
        /// The members of `spec` that lead there; as far as they exist.
        let path: [String]
        /// A sentence without its point: what happens, and what to write instead.
        let message: String

        init(_ path: [String], _ message: String) {
            self.path = path
            self.message = message
        }
    }

    /// Every rule. Its order says nothing: what is found is told by position.
    public static let all: [Advice] = broker + proxy + vip

    /// The page that has the sections.
    public static let page = "docs/configuration.md"

    /// What all rules find, as warnings by position.
    public static func warnings(for manifest: ClusterManifest, on version: BrokerVersion? = nil) -> [Diagnostic] {
        let found = all.flatMap { advice in
            advice.find(manifest, version).map { finding in
                Diagnostic(
                    .warning, at: manifest.spec.place(of: finding.path),
                    "\(finding.message); see \(page)#\(advice.anchor)")
            }
        }
        return found.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
            .map(\.element)
    }
}
