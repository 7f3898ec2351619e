import Foundation
import Glibc
import Synchronization

/// What supervised hosts leave on this machine: namespaces with the processes in them, and a folder. Also those that a whole test
/// process shares are gone when it ends.
struct Traces: Sendable {
    let spaces: [String]
    let folder: String

    private static let all = Mutex<[String: Traces]>([:])
    private static let atEnd: Void = {
        atexit { for traces in Traces.all.withLock({ Array($0.values) }) { traces.remove() } }
    }()

    init(spaces: [String], folder: String) {
        self.spaces = spaces
        self.folder = folder
        _ = Self.atEnd
        Self.all.withLock { $0[spaces[0]] = self }
    }

    func remove() {
        guard Self.all.withLock({ $0.removeValue(forKey: spaces[0]) }) != nil else { return }
        // An agent that is killed first starts nothing again.
        for _ in 0..<3 {
            for space in spaces {
                for pid in Self.ip("netns", "pids", space).split(separator: "\n").compactMap({ Int32($0) }) {
                    kill(pid, SIGKILL)
                }
            }
        }
        for space in spaces {
            _ = Self.ip("netns", "del", space)
            unlink("/etc/netns/\(space)/hosts")
            rmdir("/etc/netns/\(space)")
        }
        try? FileManager.default.removeItem(atPath: folder)
    }

    private static func ip(_ arguments: String...) -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/ip")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return "" }
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}
