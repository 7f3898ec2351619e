import Foundation
import Glibc
import HostAccess
import Lab
import Synchronization

/// All labs of this process, which are removed when it ends; and the removal of what killed runs left.
actor TestLabs {
    static let shared = TestLabs()

    private static let up = Mutex<(count: Int, names: Set<LabName>)>((0, []))
    private static let mark = "t-"
    private var removal: Task<Void, Never>?

    /// `t-PID-START-NUMBER`, in base 36: names have 20 letters at most.
    static func newName() throws -> LabName {
        guard let process = SeenProcess(pid: getpid()) else { throw TestFailure("this process is not in /proc") }
        let number = up.withLock { state in
            state.count += 1
            return state.count
        }
        let parts = [String(process.pid, radix: 36), String(process.startTime, radix: 36), String(number, radix: 36)]
        return try LabName(mark + parts.joined(separator: "-"))
    }

    static func add(_ name: LabName) {
        _ = atEnd
        _ = up.withLock { $0.names.insert(name) }
    }

    static func forget(_ name: LabName) { _ = up.withLock { $0.names.remove(name) } }

    /// Once for each process, before its first lab.
    func removeAbandoned() async {
        if removal == nil {
            removal = Task {
                let laboratory = Laboratory()
                for name in laboratory.names() where Self.isAbandoned(name) { try? await laboratory.down(name) }
            }
        }
        await removal?.value
    }

    private static func isAbandoned(_ name: LabName) -> Bool {
        let parts = name.description.split(separator: "-")
        guard name.description.hasPrefix(mark), parts.count == 4, let pid = Int32(parts[1], radix: 36),
            let start = UInt64(parts[2], radix: 36)
        else { return false }
        return !SeenProcess(pid: pid, startTime: start).isRunning
    }

    /// By the program, as tasks may not run any more when a process ends.
    private static let atEnd: Void = {
        atexit {
            let removals = TestLabs.up.withLock(\.names).compactMap { name in
                try? DetachedProcess.start(
                    Invocation(
                        executable: WarrenProgram.path.get(), arguments: ["lab", "down", "--name", name.description],
                        environment: WarrenProgram.environment, deadline: .seconds(60)), output: "/dev/null")
            }
            for _ in 0..<6000 where removals.contains(where: \.isRunning) { usleep(10_000) }
        }
    }()
}
