import Foundation
import Glibc
import HostAccess
import Synchronization

/// Watches the command lines of all processes of this machine, as any account of it could.
final class CommandLines: Sendable {
    private let mark: [UInt8]
    private let found = Mutex<[String]>([])
    private let isOver = Mutex(false)
    private let looks = Mutex(0)

    init(for mark: String) { self.mark = Array(mark.utf8) }

    var sightings: [String] { found.withLock { $0 } }
    /// How often all of them were looked at.
    var rounds: Int { looks.withLock { $0 } }

    /// Looks again and again, on a thread of its own, until `body` has ended.
    func watch<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        let thread = Thread { [self] in
            while !isOver.withLock({ $0 }) {
                look()
                // The shortest call of a tool takes a hundred times as long.
                usleep(2000)
            }
        }
        thread.start()
        defer { isOver.withLock { $0 = true } }
        return try await body()
    }

    private func look() {
        for name in (try? Directory.names("/proc")) ?? []
        where name.utf8.first.map({ (0x30...0x39).contains($0) }) == true {
            guard let bytes = try? FileContent.read("/proc/\(name)/cmdline"), Self.contains(bytes, mark) else {
                continue
            }
            let text = String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }, as: UTF8.self)
            found.withLock { $0.append(text) }
        }
        looks.withLock { $0 += 1 }
    }

    /// Whether a text occurs anywhere in bytes.
    static func contains(_ bytes: [UInt8], _ text: [UInt8]) -> Bool {
        bytes.count >= text.count && Data(bytes).range(of: Data(text)) != nil
    }
}
