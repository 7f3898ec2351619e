import ClusterModel
import HostAccess

/// How git is run here: what it may use, and how much of this host it may take.
public struct GitAccess: Hashable, Sendable {
    /// The configuration of git for this host's account at the repository: a proxy, `http.extraHeader`,
    /// `core.sshCommand`. Nil for none.
    public var config: String?
    /// The allowed-signers file; nil where no signature is asked for.
    public var allowedSigners: String?
    /// How long a fetch may take; ten times as long while there is no cache yet.
    public var deadline: Duration
    /// How large a single file of the cache may get, and so a pack that a server sends.
    public var packLimit: Int

    public init(
        config: String? = nil, allowedSigners: String? = nil, deadline: Duration = .seconds(30),
        packLimit: Int = 512 << 20
    ) {
        self.config = config
        self.allowedSigners = allowedSigners
        self.deadline = deadline
        self.packLimit = packLimit
    }
}

/// Why git did not do what it was asked to.
public enum GitFailure: Error, Hashable, Sendable, CustomStringConvertible {
    case process(ProcessFailure)
    /// It ended with an error; its words.
    case refused(String)
    /// It printed what can't be understood.
    case unreadable(String)
    /// The cache can't be made or written.
    case cache(String)

    public var description: String {
        switch self {
        case .process(let failure): "\(failure)"
        case .refused(let words): words.isEmpty ? "git failed without a word" : words
        case .unreadable(let what): "git printed \(what) that can't be understood"
        case .cache(let reason): "\(reason)"
        }
    }
}

/// One run of git as a value. The program gets nothing of this process's environment, asks nobody, runs no hook, and
/// reads no configuration but that of this host.
struct GitCommand {
    static let program = "/usr/bin/git"

    let cache: String
    let access: GitAccess

    /// - Parameter limit: the largest file that it may write; nil for no limit.
    func invocation(
        _ arguments: [String], input: [UInt8]? = nil, deadline: Duration = .seconds(30), fileLimit: Int? = nil,
        outputLimit: Int = 16 << 20
    ) -> Invocation {
        let git = [Self.program] + Self.settings.flatMap { ["-c", $0] } + signing.flatMap { ["-c", $0] } + arguments
        // The kernel ends a program that goes on writing beyond the limit.
        let command = fileLimit.map { ["/usr/bin/prlimit", "--fsize=\($0)", "--"] + git } ?? git
        return Invocation(
            executable: command[0], arguments: Array(command.dropFirst()), environment: environment,
            standardInput: input, deadline: deadline, outputLimit: outputLimit)
    }

    var environment: [String: String] {
        [
            "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/nonexistent", "GIT_DIR": cache,
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": access.config ?? "/dev/null", "GIT_ATTR_NOSYSTEM": "1",
            "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
            "GIT_PROTOCOL_FROM_USER": "0", "GIT_LITERAL_PATHSPECS": "1", "GIT_NO_REPLACE_OBJECTS": "1",
            "GIT_OPTIONAL_LOCKS": "0", "GIT_SSH": "/usr/bin/ssh", "GIT_SSH_VARIANT": "ssh",
        ]
    }

    /// They win over every file of configuration.
    private static let settings = [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.alternateRefsCommand=", "gc.auto=0",
        "maintenance.auto=false", "credential.interactive=false", "core.bigFileThreshold=8m", "pack.threads=1",
        "http.lowSpeedLimit=1000", "http.lowSpeedTime=20", "advice.detachedHead=false",
    ]

    /// Only signatures of SSH count; a program for others would be asked for nothing.
    private var signing: [String] {
        guard let signers = access.allowedSigners else { return [] }
        return [
            "gpg.ssh.allowedSignersFile=\(signers)", "gpg.ssh.program=/usr/bin/ssh-keygen", "gpg.minTrustLevel=fully",
            "gpg.program=/bin/false", "gpg.x509.program=/bin/false",
        ]
    }
}
