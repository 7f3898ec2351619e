import Foundation
import HostAccess

/// The package that `make deb` built, or the one that `WARREN_PACKAGE` names.
public enum BuiltPackage {
    public static let path = Result {
        if let named = ProcessInfo.processInfo.environment["WARREN_PACKAGE"] { return named }
        let folder = FileManager.default.currentDirectoryPath + "/.build/deb"
        let names = ((try? Directory.names(folder)) ?? []).filter { $0.hasSuffix(".deb") }
        guard names.count == 1 else { throw TestFailure("There is no package. Run: make deb") }
        return folder + "/" + names[0]
    }

    /// What a program of this machine says about the package.
    public static func tell(_ script: String, within deadline: Duration = .seconds(120)) async throws -> ProgramRun {
        let path = try path.get()
        let call = Invocation(
            executable: "/bin/bash", arguments: ["-c", script],
            environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "package": path],
            workingDirectory: FileManager.default.currentDirectoryPath, deadline: deadline)
        let result = try await ProcessRunner().run(call)
        return ProgramRun(result)
    }
}
