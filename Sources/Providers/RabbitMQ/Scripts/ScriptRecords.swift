import Foundation

/// What a script printed: lines `WARREN key base64`. Base64, since the terminal's encoding, line folding and the
/// tool's own log lines must not touch what a broker object may contain.
struct ScriptRecords {
    private var records: [String: [UInt8]] = [:]

    init(printed output: String) {
        for line in output.split(separator: "\n") {
            let parts = line.split(separator: " ")
            guard parts.count == 3, parts[0] == "WARREN", let data = Data(base64Encoded: String(parts[2])) else {
                continue
            }
            records[String(parts[1])] = Array(data)
        }
    }

    subscript(key: String) -> [UInt8]? { records[key] }

    func text(_ key: String) -> String? { records[key].map { String(decoding: $0, as: UTF8.self) } }
}
