import ClusterModel
import HostAccess
import ManifestLoading
import Providers

/// Makes a manifest of a commit: its files come out of git's objects, and nothing but what the manifest refers to is
/// written on this host.
struct CommitReader {
    let repository: GitRepository
    /// Where files are put that the manifest refers to with a relative `fromFile`: they lie there as in the commit.
    let folder: String

    /// Why there is no manifest.
    enum Failure: Error {
        case git(GitFailure)
        case unusable(String)
    }

    func read(_ commit: Commit) async throws(Failure) -> ManifestSource {
        do {
            let root = folder + "/" + commit.id
            let (entries, home) = try await manifests(of: commit)
            try TreeRules.checkSizes(entries, limit: SourceReader.limit)
            let contents = try await repository.contents(of: entries)
            let files = zip(entries, contents).map { SourceFile(path: root + "/" + $0.path, bytes: $1) }
            let source = ManifestSource(
                path: repository.source.description, files: files, revision: commit.id,
                confinedTo: home.isEmpty ? root : root + "/" + home)
            guard let manifest = source.loaded.manifest else {
                let errors = source.loaded.errors.prefix(5).map { $0.description.replacing(root + "/", with: "") }
                let rest = source.loaded.errors.count - errors.count
                throw Failure.unusable(errors.joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : ""))
            }
            try await writeReferences(of: manifest, root, commit)
            return source
        } catch let failure as Failure {
            throw failure
        } catch let failure as GitFailure {
            throw .git(failure)
        } catch {
            throw .unusable("\(error)")
        }
    }

    /// Removes what was written for other commits than these.
    func keepOnly(_ commits: Set<String>) {
        for name in (try? Directory.names(folder)) ?? [] where !commits.contains(name) {
            Self.remove(folder + "/" + name)
        }
    }

    /// What can't be removed is left for the next time.
    private static func remove(_ path: String) {
        guard let status = try? FileStatus(path), status.form == .directory else {
            try? AtomicFile.remove(path)
            return
        }
        for name in (try? Directory.names(path)) ?? [] { remove(path + "/" + name) }
        try? Directory.remove(path)
    }

    /// The manifest's files, and the folder that they are in.
    private func manifests(of commit: Commit) async throws -> (entries: [TreeEntry], folder: String) {
        let path = repository.source.path
        guard !path.isEmpty else {
            return (try TreeRules.manifests(among: try await repository.entries(of: commit, at: []), folder: ""), "")
        }
        guard let entry = try await repository.entries(of: commit, at: [path]).first(where: { $0.path == path }) else {
            throw CommitProblem("it holds no \(path.printable)")
        }
        guard entry.form == .folder else {
            try TreeRules.check(entry)
            return ([entry], path.contains("/") ? path.directoryOfPath : "")
        }
        let inside = try await repository.entries(of: commit, at: [path + "/"])
        return (try TreeRules.manifests(among: inside, folder: path), path)
    }

    /// Writes what relative `fromFile` paths name. The loader has seen to it that none leaves the manifest's folder.
    private func writeReferences(of manifest: ClusterManifest, _ root: String, _ commit: Commit) async throws {
        let paths = Set(
            manifest.spec.filePaths.filter { $0.hasPrefix(root + "/") }.map { $0.dropFirst(root.count + 1) }
        )
        .map(String.init).sorted()
        guard !paths.isEmpty else { return }
        let entries = try await repository.entries(of: commit, at: paths)
        for path in paths {
            guard let entry = entries.first(where: { $0.path == path }) else {
                throw CommitProblem("fromFile names \(path.printable), which it does not hold")
            }
            try TreeRules.check(entry)
        }
        try TreeRules.checkSizes(entries, limit: SecretReader.limit)
        for (entry, bytes) in zip(entries, try await repository.contents(of: entries)) {
            let path = root + "/" + entry.path
            try Directory.make(path.directoryOfPath, mode: 0o700)
            try AtomicFile.write(bytes, to: path, mode: 0o600)
        }
    }
}

extension Located {
    /// What every `fromFile` in this names.
    fileprivate var filePaths: [String] {
        switch content {
        case .scalar(let value): if case .file(let path)? = SecretReference(value) { [path] } else { [] }
        case .list(let elements): elements.flatMap(\.filePaths)
        case .object(let members):
            if case .file(let path)? = SecretReference(json) { [path] } else { members.flatMap(\.value.filePaths) }
        }
    }
}
