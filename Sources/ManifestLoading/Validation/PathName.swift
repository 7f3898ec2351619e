/// Paths as text: nothing is looked up, and a symbolic link is none of its business.
enum PathName {
    /// The path without `.` and, as far as it can be told, without `..`.
    static func normalized(_ path: String) -> String {
        let isAbsolute = path.hasPrefix("/")
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." {
                parts.removeLast()
            } else if part != ".." || !isAbsolute {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return isAbsolute ? "/" + joined : joined.isEmpty ? "." : joined
    }

    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// `path` as seen from the folder of `file`.
    static func resolve(_ path: String, besides file: String) -> String {
        path.hasPrefix("/") ? normalized(path) : normalized(folder(of: file) + "/" + path)
    }

    static func isInside(_ path: String, _ folder: String) -> Bool {
        let (path, folder) = (normalized(path), normalized(folder))
        if folder == "." { return !path.hasPrefix("/") && path != ".." && !path.hasPrefix("../") }
        return path == folder || path.hasPrefix(folder == "/" ? "/" : folder + "/")
    }
}
