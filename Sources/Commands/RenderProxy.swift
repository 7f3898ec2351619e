import AgentRuntime
import ArgumentParser
import ClusterModel
import Rendering

struct RenderHAProxy: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "haproxy",
        abstract: "Prints haproxy.cfg.",
        discussion: """
            Example:

              warren render haproxy -f manifests/lab.yaml --host lb1

            The password of the page of statistics is not read; *** stands in its place.
            """)

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var options: OutputOptions

    func run() throws {
        let (_, manifest) = try manifestOptions.load()
        let host = try hostOptions.proxy(in: manifest)
        guard let proxy = manifest.proxy else {
            throw CommandFailure("the manifest has no spec.proxy, so there is no haproxy.cfg")
        }
        let text = HAProxyFile.text(proxy, on: host, of: manifest, password: Redaction.mask)
        Terminal.print(RenderReport(files: [("haproxy.cfg", text)]), as: options.output)
    }
}

struct RenderKeepalived: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keepalived",
        abstract: "Prints keepalived.conf.",
        discussion: """
            Example:

              warren render keepalived -f manifests/lab.yaml --host lb1
            """)

    @OptionGroup var manifestOptions: ManifestOptions
    @OptionGroup var hostOptions: HostOptions
    @OptionGroup var options: OutputOptions

    func run() throws {
        let (_, manifest) = try manifestOptions.load()
        let host = try hostOptions.proxy(in: manifest)
        guard let vip = manifest.vip else {
            throw CommandFailure("the manifest has no spec.vip, so there is no keepalived.conf")
        }
        let text = KeepalivedFile.text(vip, on: host, of: manifest)
        Terminal.print(RenderReport(files: [("keepalived.conf", text)]), as: options.output)
    }
}

extension HostOptions {
    /// The host that is meant, with the role proxy.
    fileprivate func proxy(in manifest: ClusterManifest) throws -> Host {
        let found = try context().host(in: manifest)
        guard found.roles.contains(.proxy) else {
            throw CommandFailure("\(host) is no proxy; name a host with the role proxy with --host NAME")
        }
        return found
    }
}
