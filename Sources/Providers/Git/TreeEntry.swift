import ClusterModel

/// One entry of a folder in a commit, as `git ls-tree -z -l` prints it.
public struct TreeEntry: Hashable, Sendable {
    public enum Form: Hashable, Sendable { case file, folder, symbolicLink, submodule, other }

    public let form: Form
    /// The name of its content.
    public let object: String
    /// In bytes; nil for what is no file.
    public let size: Int?
    /// From the top of the repository.
    public let path: String

    public init(form: Form, object: String, size: Int?, path: String) {
        self.form = form
        self.object = object
        self.size = size
        self.path = path
    }

    public var name: String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Nil where the bytes are no such listing. Names that are no UTF-8 read U+FFFD and match nothing.
    static func list(_ bytes: [UInt8]) -> [TreeEntry]? {
        var entries: [TreeEntry] = []
        for record in bytes.split(separator: 0) {
            guard let tab = record.firstIndex(of: 0x09) else { return nil }
            let words = String(decoding: record[..<tab], as: UTF8.self).split(separator: " ")
            guard words.count == 4, Commit.isID(String(words[2])) else { return nil }
            entries.append(
                TreeEntry(
                    form: form(mode: words[0]), object: String(words[2]), size: Int(words[3]),
                    path: String(decoding: record[(tab + 1)...], as: UTF8.self)))
        }
        return entries
    }

    private static func form(mode: Substring) -> Form {
        switch mode {
        case "100644", "100755", "100664": .file
        case "040000": .folder
        case "120000": .symbolicLink
        case "160000": .submodule
        default: .other
        }
    }
}

/// Why a commit's files are no manifest, in one sentence.
public struct CommitProblem: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Which entries of a commit are the manifest. The same as on disk, and nothing that leads out of the commit.
public enum TreeRules {
    /// The `*.yaml` and `*.yml` of a folder, hidden ones left out, in the order of the bytes of their names.
    public static func manifests(among entries: [TreeEntry], folder: String) throws(CommitProblem) -> [TreeEntry] {
        if let module = entries.first(where: { $0.form == .submodule }) {
            throw CommitProblem(
                "\(module.path.printable) is a submodule, and submodules are not read; move it out of the manifest's folder"
            )
        }
        let chosen = entries.filter { entry in
            !entry.name.hasPrefix(".") && (entry.name.hasSuffix(".yaml") || entry.name.hasSuffix(".yml"))
        }
        guard !chosen.isEmpty else {
            let place = folder.isEmpty ? "the top folder" : folder.printable
            throw CommitProblem("\(place) holds no file whose name ends in .yaml or .yml")
        }
        for entry in chosen { try check(entry) }
        return chosen.sorted { $0.path.precedes($1.path) }
    }

    /// A link may lead anywhere; it is not followed, wherever it leads.
    public static func check(_ entry: TreeEntry) throws(CommitProblem) {
        switch entry.form {
        case .file: return
        case .symbolicLink:
            throw CommitProblem(
                "\(entry.path.printable) is a symbolic link, and links are not followed; commit the file")
        case .submodule: throw CommitProblem("\(entry.path.printable) is a submodule, and submodules are not read")
        case .folder, .other: throw CommitProblem("\(entry.path.printable) is no file")
        }
    }

    /// By the sizes that git tells, before anything is read.
    public static func checkSizes(_ entries: [TreeEntry], limit: Int) throws(CommitProblem) {
        var total = 0
        for entry in entries {
            let size = entry.size ?? 0
            total = total.addingReportingOverflow(size).partialValue
            guard size <= limit, total <= limit, total >= 0 else {
                throw CommitProblem(
                    "\(entry.path.printable) has \(size) bytes, and a manifest may have \(limit >> 20) MiB in all")
            }
        }
    }
}
