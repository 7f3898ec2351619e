import AgentRuntime
import ArgumentParser
import ClusterModel
import HostAccess
import ManifestLoading
import Providers

/// Where an agent takes its manifest from, when that is a repository.
struct GitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The repository that holds the manifest, in place of --file.", valueName: "url"))
    var git: String?

    @Option(help: ArgumentHelp("The branch that is followed.", valueName: "branch"))
    var ref = "main"

    @Option(name: .customLong("path"), help: ArgumentHelp("The manifest in it: a folder or a file.", valueName: "path"))
    var manifestPath = ""

    @Option(help: ArgumentHelp("How often the repository is asked, such as 60s.", valueName: "duration"))
    var pollInterval = "60s"

    @Option(help: ArgumentHelp("git's configuration for this repository: a proxy, a header.", valueName: "path"))
    var gitConfig = GitOptions.standardConfig

    @Flag(help: "Only commits that are signed by an allowed signer come into force.")
    var requireSignature = false

    @Option(help: ArgumentHelp("Who may sign, as ssh-keygen(1) reads it.", valueName: "path"))
    var allowedSigners = "/etc/warren/allowed-signers"

    @Option(help: ArgumentHelp("The file with the secret of webhooks; none are taken without.", valueName: "path"))
    var webhookSecret: String?

    static let standardConfig = "/etc/warren/git.config"

    func validate() throws {
        guard git != nil || (!requireSignature && webhookSecret == nil && manifestPath.isEmpty) else {
            throw ValidationError("--require-signature, --webhook-secret and --path need --git URL")
        }
        guard let interval = DurationText.milliseconds(pollInterval), (1_000...86_400_000).contains(interval) else {
            throw ValidationError("--poll-interval is from 1s to 1d")
        }
        guard allowedSigners.hasPrefix("/"), gitConfig.hasPrefix("/") else {
            throw ValidationError("--allowed-signers and --git-config take absolute paths")
        }
        do {
            _ = try source()
        } catch {
            throw ValidationError(error.description)
        }
    }

    private func source() throws(GitSourceProblem) -> GitSource? {
        guard let git else { return nil }
        return try GitSource(repository: git, ref: ref, path: manifestPath)
    }

    /// Nil where the manifest lies on disk.
    func settings() throws -> GitSettings? {
        guard let source = try source() else { return nil }
        if requireSignature, (try? FileStatus(allowedSigners)) == nil {
            throw CommandFailure(
                "\(allowedSigners) does not exist, so that no commit would come into force; write who may sign there, "
                    + "or name another file with --allowed-signers PATH")
        }
        let hasConfig = (try? FileStatus(gitConfig)) != nil
        guard hasConfig || gitConfig == Self.standardConfig else {
            throw CommandFailure(
                "\(gitConfig) does not exist; write git's configuration there, or leave --git-config out")
        }
        return GitSettings(
            source: source,
            access: GitAccess(
                config: hasConfig ? gitConfig : nil, allowedSigners: requireSignature ? allowedSigners : nil),
            interval: .milliseconds(DurationText.milliseconds(pollInterval) ?? 60_000), webhookSecret: webhookSecret)
    }
}
