import Foundation

/// The lines that a script prints: `WARREN index base64`. Base64, since the terminal's encoding, line folding and
/// the tool's own log lines must not touch what a broker object may contain.
enum ScriptResult {
    static func parse(_ output: String) -> [Int: [UInt8]] {
        var results: [Int: [UInt8]] = [:]
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 3, parts[0] == "WARREN", let index = Int(parts[1]),
                let data = Data(base64Encoded: String(parts[2]))
            else { continue }
            results[index] = Array(data)
        }
        return results
    }
}
