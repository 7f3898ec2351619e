import Glibc

extension Invocation {
    /// Becomes the program: it has this process's number, terminal, standard input and outputs, and its exit code is
    /// this process's. Returns only to throw. The deadline, the input and the limits of the value are of no account.
    public func replaceThisProcess() throws(ProcessFailure) -> Never {
        guard chdir(workingDirectory) == 0 else {
            throw .couldNotRun(executable: executable, reason: "\(workingDirectory): \(systemErrorText(errno))")
        }
        // What this process does about signals would stay in force.
        for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP] { Glibc.signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        let command = command
        let arguments = command.map { strdup($0) } + [nil]
        let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        execve(command[0], arguments, variables)
        throw .couldNotRun(executable: executable, reason: systemErrorText(errno))
    }
}
