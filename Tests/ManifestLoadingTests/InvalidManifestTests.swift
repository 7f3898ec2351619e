import ClusterModel
import Foundation
import ManifestLoading
import Testing

/// Each file of `manifests/invalid` begins with lines `# expect: LINE:COLUMN: error: part of the sentence`, one for each
/// error, and perhaps `# broker: VERSION` or `# confined: FOLDER`.
@Suite struct InvalidManifestTests {
    @Test(
        "every invalid manifest draws exactly the errors that it expects",
        arguments: try manifests(in: "manifests/invalid"))
    func drawsItsErrors(path: String) throws {
        let bytes = try file(path).bytes
        let file = SourceFile(path: URL(filePath: path).lastPathComponent, bytes: bytes)
        let text = String(decoding: bytes.filter { $0 != 0 }, as: UTF8.self)
        var options = LoadOptions()
        var expected: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            guard let start = line.firstRange(of: "# ") else { break }
            let parts = line[start.upperBound...].split(separator: ": ", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "expect": expected.append(parts[1])
            case "broker": options.brokerVersion = BrokerVersion(parts[1])
            case "confined": options.confinedTo = parts[1]
            default: break
            }
        }
        let loaded = ManifestLoader.load([file], options: options)
        #expect(loaded.manifest == nil)
        #expect(!expected.isEmpty)
        let errors = loaded.errors.map { "\($0.position.line):\($0.position.column): error: \($0.message)" }
        #expect(errors.count == expected.count, "\(errors)")
        for (error, expectation) in zip(errors, expected) { #expect(matches(error, expectation), "\(error)") }
    }

    /// The place must be the same, the sentence may be a part of it.
    private func matches(_ error: String, _ expectation: String) -> Bool {
        guard let place = expectation.firstRange(of: ": error: ") else { return false }
        return error.hasPrefix(expectation[..<place.upperBound]) && error.contains(expectation[place.upperBound...])
    }
}
