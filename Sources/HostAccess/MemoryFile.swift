import Glibc

/// Hands a secret to a child process in a file that is kept in memory, is readable by its owner alone, has a name
/// that cannot be foretold, and is gone when `body` ends, however it ends.
///
/// `directory` is for a child that sees the file system in another way than this process. A file that a killed
/// process left behind is removed by the next call in the same directory.
public func withMemoryFile<Value>(
    _ contents: [UInt8], owner: FileOwner? = nil, mode: UInt32 = 0o600, directory: String? = nil,
    isolation: isolated (any Actor)? = #isolation, _ body: (String) async throws -> Value
) async throws -> Value {
    let directory = try directory ?? MemoryStorage.directory()
    guard MemoryStorage.isInMemory(directory) else {
        throw FileFailure(directory, "be used for secrets, as it is not kept in memory", ENOTSUP)
    }
    MemoryFile.removeLeftovers(in: directory)
    let file = try TemporaryFile(in: directory, prefix: MemoryFile.prefix(of: MemoryFile.thisProcess))
    defer {
        file.close()
        try? file.unlink()
    }
    try file.write(contents)
    try file.setAttributes(mode: mode, owner: owner)
    return try await body(file.path)
}

enum MemoryFile {
    /// `rabbitmqctl` of 3.12.12 and later has no standard input, but where the word `decode` is somewhere in its
    /// arguments: it looks for the commands that read one by their names. A file's name in them is the only word that is
    /// ours, and a process that can be told what to do next is worth a third of a second.
    private static let mark = "warren-decode-"

    static let thisProcess = SeenProcess(pid: getpid())

    /// The name tells whose file it is: `warren-decode-PID-START-`.
    static func prefix(of process: SeenProcess?) -> String {
        mark + "\(process?.pid ?? getpid())-\(process?.startTime ?? 0)-"
    }

    static func removeLeftovers(in directory: String) {
        for name in (try? Directory.names(directory)) ?? [] where name.hasPrefix(mark) {
            let parts = name.dropFirst(mark.count).split(separator: "-")
            guard parts.count >= 2, let pid = Int32(parts[0]), let start = UInt64(parts[1]),
                !SeenProcess(pid: pid, startTime: start).isRunning
            else { continue }
            unlink(directory + "/" + name)
        }
    }
}
