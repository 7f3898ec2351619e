import Glibc

/// Starts programs that outlive this process: a session of their own, no terminal, no open file but those given.
public enum DetachedProcess {
    /// `POSIX_SPAWN_SETSID` of glibc's <spawn.h>, which Swift's module of it leaves out.
    private static let newSession: Int16 = 0x80

    /// Starts the program with standard input closed and both outputs appended to the file `output`.
    ///
    /// With `user`, `setpriv` is put in front and replaces itself by the program, so that the number returned is
    /// the program's own.
    public static func start(_ invocation: Invocation, output: String) throws(ProcessFailure) -> SeenProcess {
        let name = invocation.executable
        guard FileStatus.isExecutable(name) else {
            throw .couldNotRun(executable: name, reason: "there is no such program, or it may not be executed")
        }
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o640)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for descriptor in openDescriptors() { posix_spawn_file_actions_addclose(&actions, descriptor) }
        resetSignals(&attributes)

        var pid: pid_t = 0
        let argv = ["/usr/bin/env", "--chdir=\(invocation.workingDirectory)"] + invocation.command
        let code = withCStrings(argv) { arguments in
            withCStrings(invocation.environment.map { "\($0.key)=\($0.value)" }) { environment in
                posix_spawn(&pid, argv[0], &actions, &attributes, arguments, environment)
            }
        }
        guard code == 0 else { throw .couldNotRun(executable: name, reason: systemErrorText(code)) }
        guard let process = ProcessTable.entry(pid)?.process else {
            throw .couldNotRun(executable: name, reason: "it was gone at once")
        }
        return process
    }

    private static func resetSignals(_ attributes: inout posix_spawnattr_t) {
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, newSession | Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK))
    }

    /// All beyond the three standard ones; one that is closed meanwhile does no harm.
    private static func openDescriptors() -> [Int32] {
        ((try? Directory.names("/proc/self/fd")) ?? []).compactMap { Int32($0) }.filter { $0 > 2 }
    }

    private static func withCStrings<Value>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) -> Value {
        var pointers = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return body(&pointers)
    }
}

extension FileStatus {
    /// Whether this process may execute the file.
    public static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }
}
