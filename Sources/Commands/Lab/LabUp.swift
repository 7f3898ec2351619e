import ArgumentParser
import Lab
import ManifestLoading

extension DebianRelease: ExpressibleByArgument {}

struct LabUp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Boots a lab of all hosts of a manifest.",
        discussion: """
            Example:

              warren lab up -f manifests/lab.yaml --debian 13 --package warren.deb
              warren lab up -f manifests/two-sites/west --join east --package warren.deb

            The hosts have RabbitMQ, HAProxy and keepalived installed, and nothing configured or started. The manifest is
            on each as /etc/warren/manifest.yaml. A file that it names is copied where it lies beside the manifest, and
            invented otherwise, the same on all hosts. The first lab of a release makes a tree of it, which takes a
            minute or two.
            """)

    @OptionGroup var manifestOptions: ManifestOptions

    @Option(help: ArgumentHelp("What the lab is to be called.", valueName: "lab"))
    var name: String?

    @Option(help: "The release of Debian that the hosts run.")
    var debian = DebianRelease.twelve

    @Option(
        name: .customLong("package"),
        help: ArgumentHelp("A Debian package that each host gets, such as Warren's own.", valueName: "path"))
    var packages: [String] = []

    @Option(help: ArgumentHelp("The archive of Debian; this machine's own where it is left out.", valueName: "url"))
    var mirror: String?

    @Option(
        help: ArgumentHelp(
            "A lab that runs, whose hosts these are to reach, as those of another site.", valueName: "lab"))
    var join: String?

    @OptionGroup var options: OutputOptions

    func run() async throws {
        let (_, manifest) = try manifestOptions.load()
        let name = try name.map { text in try LabName(text) } ?? LabName(cluster: manifest.name)
        let contents = try LabContents(manifestAt: manifestOptions.path, packages: packages) {
            ManifestLoader.load([$0]).manifest
        }
        for other in contents.references.others {
            Terminal.note("warning: the manifest reads the \(other), which the hosts of a lab do not have")
        }
        let laboratory = Laboratory.telling()
        let other = try join.map { text in try laboratory.record(LabName(text)).plan }
        let plan = try LabPlan(name: name, release: debian, manifest: contents.manifest, joining: other)
        let mirror = mirror
        try await Laboratory.interruptible { _ = try await laboratory.up(plan, contents, mirror: mirror) }
        Terminal.print(LabStatusReport(status: try laboratory.status(name)), as: options.output)
        let host = plan.hosts[0].name
        Terminal.note("Look around: warren lab exec --name \(name) \(host) -- bash")
        Terminal.note("Remove it:   warren lab down --name \(name)")
    }
}
