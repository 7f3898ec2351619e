import ClusterModel
import Foundation
import HostAccess

/// The program itself, as it was built beside the tests.
public enum WarrenProgram {
    public static let path = Result {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let candidates = [
            tests.directoryOfPath + "/warren", FileManager.default.currentDirectoryPath + "/.build/debug/warren",
        ]
        guard let found = candidates.first(where: FileStatus.isExecutable) else {
            throw TestFailure("The program warren is not built. Run: swift build --build-tests")
        }
        return found
    }

    /// What every call is given.
    public static let environment = [
        "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent",
    ]

    @discardableResult
    public static func run(
        _ arguments: [String], environment: [String: String] = [:], directory: String = "/tmp",
        within deadline: Duration = .seconds(120)
    ) async throws -> ProgramRun {
        try await start(path.get(), arguments, environment, directory, deadline)
    }

    /// Runs a shell script in which `$warren` is the program, for pipes, terminals and namespaces.
    @discardableResult
    public static func shell(
        _ script: String, environment: [String: String] = [:], directory: String = "/tmp",
        within deadline: Duration = .seconds(120)
    ) async throws -> ProgramRun {
        let own = try environment.merging(["warren": path.get()]) { $1 }
        return try await start("/bin/bash", ["-c", script], own, directory, deadline)
    }

    private static func start(
        _ program: String, _ arguments: [String], _ environment: [String: String], _ directory: String,
        _ deadline: Duration
    ) async throws -> ProgramRun {
        let call = Invocation(
            executable: program, arguments: arguments, environment: Self.environment.merging(environment) { $1 },
            workingDirectory: directory, deadline: deadline)
        let result = try await ProcessRunner().run(call)
        return ProgramRun(result)
    }
}

/// How a call of the program ended.
public struct ProgramRun: Sendable {
    public let status: ExitStatus
    public let output: String
    public let errors: String

    public init(_ result: ProcessResult) {
        status = result.status
        output = result.stdout
        errors = result.stderr
    }

    public var code: Int? { if case .exited(let code) = status { code } else { nil } }

    public func json() throws -> JSONValue { try JSONValue(parsing: Array(output.utf8)) }
}
