import Glibc

/// What this process may do with a path, as the system says.
public enum FileAccess {
    /// Whether the file, or the directory, can be written to.
    public static func isWritable(_ path: String) -> Bool { access(path, W_OK) == 0 }

    /// The nearest directory above a path that is there.
    public static func existingDirectory(above path: String) -> String {
        var directory = path.directoryOfPath
        while directory != "/", directory != ".", access(directory, F_OK) != 0 { directory = directory.directoryOfPath }
        return directory
    }
}
