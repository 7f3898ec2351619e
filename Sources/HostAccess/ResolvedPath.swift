import Glibc

/// The one name of a path, by which processes of different working directories and links agree on it.
public enum ResolvedPath {
    /// The absolute path without links, dots and doubled slashes; what is not there yet keeps the name that it has.
    public static func of(_ path: String) -> String {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        let trimmed = path.last == "/" ? String(path.dropLast()) : path
        guard let slash = trimmed.lastIndex(of: "/") else { return path }
        let name = trimmed[trimmed.index(after: slash)...]
        let parent = of(trimmed.directoryOfPath)
        return (parent == "/" ? "" : parent) + "/" + name
    }
}
