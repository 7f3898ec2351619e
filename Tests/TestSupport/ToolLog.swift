import Foundation
import HostAccess

/// One call of one of the broker's tools.
public struct ToolCall: Sendable, Hashable {
    public let tool: String
    public let arguments: [String]
}

extension TestBroker {
    /// All calls of tools since the log was cleared, whoever made them.
    public func toolCalls() throws -> [ToolCall] {
        let text = String(decoding: try FileContent.read(home.toolLog), as: UTF8.self)
        return text.split(separator: "\u{1E}").map { record in
            let parts = record.split(separator: "\u{1F}", omittingEmptySubsequences: false).map(String.init)
            return ToolCall(tool: parts[0], arguments: Array(parts.dropFirst()))
        }
    }

    public func clearToolCalls() throws { try home.clearToolLog() }
}
