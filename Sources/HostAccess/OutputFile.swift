import Glibc

/// Files that long-lived programs append their output to.
public enum OutputFile {
    /// How long one may get; what was before is kept once, beside it.
    private static let limit = 16 << 20

    /// Moves the content away where there is too much of it. The program goes on writing into the same file, which it
    /// opened for appending; a line that it writes at this very moment may be lost.
    public static func bound(_ path: String) {
        guard let status = try? FileStatus(path), status.form == .regular, status.size > limit,
            let content = try? FileContent.read(path)
        else { return truncateLarge(path) }
        try? AtomicFile.write(content, to: path + ".1", mode: status.mode, owner: status.owner)
        truncate(path, 0)
    }

    /// One that grew beyond what can be read at once.
    private static func truncateLarge(_ path: String) {
        guard let status = try? FileStatus(path), status.form == .regular, status.size > limit else { return }
        truncate(path, 0)
    }
}
