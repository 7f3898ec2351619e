/// One run of one program, as a value: everything that it is given, nothing inherited.
public struct Invocation: Sendable, Hashable {
    /// The absolute path of the program. No shell and no `PATH` look it up.
    public var executable: String
    public var arguments: [String]
    /// The complete environment of the program.
    public var environment: [String: String]
    public var workingDirectory: String
    /// The account that the program runs as; nil for that of this process.
    public var user: OSUser?
    /// What the program reads on its standard input; `/dev/null` where nil.
    public var standardInput: [UInt8]?
    /// How long it may take before it is killed with everything that it started.
    public var deadline: Duration
    /// How many bytes it may write to standard output, and how many to standard error.
    public var outputLimit: Int

    public init(
        executable: String, arguments: [String] = [], environment: [String: String] = [:],
        workingDirectory: String = "/", user: OSUser? = nil, standardInput: [UInt8]? = nil,
        deadline: Duration, outputLimit: Int = 64 << 20
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.user = user
        self.standardInput = standardInput
        self.deadline = deadline
        self.outputLimit = outputLimit
    }
}

extension Invocation {
    /// The program with its arguments, behind what drops privileges, which replaces itself by the program.
    ///
    /// The child of this process does not drop them itself between fork and exec: glibc's `setuid` then waits for
    /// ever where another thread was being created at the moment of the fork.
    var command: [String] {
        guard let user else { return [executable] + arguments }
        let numbers = user.groups.map(String.init).joined(separator: ",")
        let groups = numbers.isEmpty ? "--clear-groups" : "--groups=" + numbers
        let drop = ["/usr/bin/setpriv", "--reuid=\(user.uid)", "--regid=\(user.gid)", groups, "--inh-caps=-all", "--"]
        return drop + [executable] + arguments
    }
}

/// How a process ended.
public enum ExitStatus: Sendable, Hashable, CustomStringConvertible {
    case exited(Int)
    case signalled(Int)

    public var isSuccess: Bool { self == .exited(0) }

    public var description: String {
        switch self {
        case .exited(let code): "exited with code \(code)"
        case .signalled(let signal): "was killed by signal \(signal)"
        }
    }
}

/// What a process that ran to its end left. A failed program is a result, not an error: the caller judges it.
public struct ProcessResult: Sendable {
    public let status: ExitStatus
    public let stdoutBytes: [UInt8]
    public let stderr: String
    public let duration: Duration

    public init(status: ExitStatus, stdoutBytes: [UInt8], stderr: String, duration: Duration) {
        self.status = status
        self.stdoutBytes = stdoutBytes
        self.stderr = stderr
        self.duration = duration
    }

    /// Standard output as text; bytes that are not UTF-8 become U+FFFD.
    public var stdout: String { String(decoding: stdoutBytes, as: UTF8.self) }
}

/// Why there is no result. After `deadlineExceeded`, `outputTooLarge` and `cancelled` the program may have taken
/// effect all the same: the outcome is unknown, and the world has to be read again.
public enum ProcessFailure: Error, Sendable, Hashable, CustomStringConvertible {
    case couldNotRun(executable: String, reason: String)
    case deadlineExceeded(executable: String, after: Duration)
    case outputTooLarge(executable: String, limit: Int)
    case cancelled(executable: String)

    /// Whether the program may have had an effect.
    public var mayHaveTakenEffect: Bool { if case .couldNotRun = self { false } else { true } }

    public var description: String {
        switch self {
        case .couldNotRun(let executable, let reason):
            "\(executable) could not be started: \(reason)."
        case .deadlineExceeded(let executable, let after):
            "\(executable) gave no answer within \(after) and was killed; what it was to do may have been done."
        case .outputTooLarge(let executable, let limit):
            "\(executable) wrote more than \(limit) bytes and was killed."
        case .cancelled(let executable):
            "\(executable) was killed because the run was cancelled; what it was to do may have been done."
        }
    }
}
