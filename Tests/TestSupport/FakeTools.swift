import ClusterModel
import Foundation
import Glibc
import HostAccess
import Providers

/// A directory of executable scripts in place of the broker's tools: it fails in ways in which a real broker can't be
/// made to fail. What a real broker can do is tested on one.
///
/// `rabbitmqctl` answers from files; `on` says what it does instead for one command. All calls are written down.
public final class FakeTools: Sendable {
    public static let node = "rabbit@localhost"
    public static let blank = #"""
        {"users":[{"name":"guest","password_hash":"x","hashing_algorithm":"rabbit_password_hashing_sha256","tags":[],"limits":{}}],
        "vhosts":[{"name":"/","limits":[],"metadata":{"description":"","tags":[]}}],"permissions":[],"topic_permissions":[],
        "policies":[],"parameters":[],"global_parameters":[],"exchanges":[],"queues":[],"bindings":[]}
        """#

    public let scratch: ScratchDirectory
    public let runner = ProcessRunner()
    /// Where the scripts are.
    public var directory: String { scratch.path }
    private static let tools = ["rabbitmqctl", "rabbitmq-diagnostics", "rabbitmq-plugins"]

    public init() throws {
        scratch = try ScratchDirectory("tools")
        // The tools run as another account and write down their calls.
        try Directory.make(scratch.path, mode: 0o777)
        for tool in Self.tools { try writeTool(tool) }
        try set("export", Self.blank)
        try set("status", Self.status())
        try scratch.write("[].\n", to: "enabled_plugins")
    }

    /// What `cluster_status` prints.
    public static func status(version: String = "3.10.8", name: String = "test") -> String {
        """
        {"alarms":[],"cluster_name":"\(name)","disk_nodes":["\(node)"],"ram_nodes":[],"running_nodes":["\(node)"],\
        "partitions":{},"versions":{"\(node)":{"rabbitmq_version":"\(version)"}}}
        """
    }

    /// Replaces `export` or `status`, what the tool prints when it is asked.
    public func set(_ file: String, _ text: String) throws { try scratch.write(text, to: file) }

    /// Replaces what the tool does for one command; `$FILE` is the document that it was given.
    public func on(_ command: String, _ body: String) throws {
        try scratch.write("FILE=$3\n\(body)\n", to: "on-\(command)")
    }

    /// Makes the tool write what a real one wrote, and exit as it did.
    public func on(_ command: String, says answer: ToolAnswer) throws {
        try scratch.write(answer.output, to: "said-\(command).out")
        try scratch.write(answer.errors, to: "said-\(command).err")
        try on(command, "cat said-\(command).out; cat said-\(command).err >&2; exit \(answer.code)")
    }

    public func restore(_ command: String) { unlink(scratch.path("on-\(command)")) }

    /// The command lines of all calls, such as `rabbitmqctl -q cluster_status --formatter json`.
    public var calls: [String] {
        let text = String(decoding: (try? FileContent.read(scratch.path("calls"))) ?? [], as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    public func calls(of command: String) -> Int { calls.count { $0.contains(" \(command)") } }

    /// The documents that were imported, in their order.
    public func documents() throws -> [JSONValue] {
        let text = String(decoding: (try? FileContent.read(scratch.path("documents"))) ?? [], as: UTF8.self)
        return try text.split(separator: "\u{1E}").map { try JSONValue(parsing: Array($0.utf8)) }
    }

    public var installation: BrokerInstallation {
        BrokerInstallation(
            nodeName: Self.node, toolsDirectory: directory, account: .current,
            environment: ["PATH": "/usr/bin:/bin"], enabledPluginsFile: scratch.path("enabled_plugins"),
            exchangeDirectory: "/dev/shm")
    }

    public func broker(read: Duration = .seconds(30), write: Duration = .seconds(30)) -> BrokerTools {
        BrokerTools(installation: installation, runner: runner, readDeadline: read, writeDeadline: write)
    }

    private func writeTool(_ tool: String) throws {
        // The documents are kept, as the file is gone when the call ends.
        try scratch.write(
            """
            #!/bin/sh
            cd \(scratch.path)
            echo "\(tool) $*" >> calls
            case "$2" in import_definitions|eval_file) cat "$3" >> documents; printf '\\036' >> documents;; esac
            if [ -e "on-$2" ]; then . "./on-$2"; exit; fi
            case "$2" in
            cluster_status) cat status;;
            export_definitions) cat export;;
            import_definitions|set) ;;
            is_booting) echo '{"result":false}';;
            *) echo "no such command: $*" >&2; exit 64;;
            esac

            """, to: tool, mode: 0o755)
    }
}

/// What a tool wrote and how it ended.
public struct ToolAnswer: Sendable {
    public let output: String
    public let errors: String
    public let code: Int

    public init(output: String = "", errors: String = "", code: Int) {
        self.output = output
        self.errors = errors
        self.code = code
    }

    /// The answer `folder/name`, as a real tool gave it: files ending in `.out`, `.err` and `.code`.
    public init(_ name: String, in folder: String) throws {
        func text(_ suffix: String) -> String {
            String(decoding: (try? FileContent.read("\(folder)/\(name).\(suffix)")) ?? [], as: UTF8.self)
        }
        output = text("out")
        errors = text("err")
        let digits = text("code").filter { $0.isNumber }
        guard let code = Int(digits) else { throw TestFailure("there is no answer \(name) in \(folder)") }
        self.code = code
    }
}
