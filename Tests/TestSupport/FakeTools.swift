import ClusterModel
import Foundation
import Glibc
import HostAccess
import Providers

/// A directory of executable scripts in place of the broker's tools: it fails in ways in which a real broker can't be
/// made to fail. What a real broker can do is tested on one.
///
/// `rabbitmqctl eval_file` answers each script by its purpose, the word of its first line: `observe` and `look` print
/// the files `export` and `status`, `import` and `delete` say that all went well. `on` says what is done instead. All
/// calls are written down, with the purpose in place of the file, and scripts that reach a process which waits for them
/// as if each had one of its own.
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

    /// What a node tells of its cluster.
    public static func status(version: String = "3.10.8", name: String = "test") -> String {
        """
        {"alarms":[],"cluster_name":"\(name)","disk_nodes":["\(node)"],"ram_nodes":[],"running_nodes":["\(node)"],\
        "partitions":{},"version":"\(version)"}
        """
    }

    /// Replaces `export` or `status`, what the tool prints when it is asked.
    public func set(_ file: String, _ text: String) throws { try scratch.write(text, to: file) }

    /// Replaces what the tool does for one purpose or command. `$FILE` is the script that it was given; `entries` what
    /// an import carries; `answer` prints what a tool prints where all goes well, and `record KEY TEXT` one record.
    public func on(_ command: String, _ body: String) throws { try scratch.write(body + "\n", to: "on-\(command)") }

    /// Makes the tool write what a real one wrote, and exit as it did.
    public func on(_ command: String, says answer: ToolAnswer) throws {
        try scratch.write(answer.output, to: "said-\(command).out")
        try scratch.write(answer.errors, to: "said-\(command).err")
        try on(command, "cat said-\(command).out; cat said-\(command).err >&2; exit \(answer.code)")
    }

    public func restore(_ command: String) { unlink(scratch.path("on-\(command)")) }

    /// The command lines of all calls and scripts, such as `rabbitmqctl -q eval_file observe`.
    public var calls: [String] {
        let text = String(decoding: (try? FileContent.read(scratch.path("calls"))) ?? [], as: UTF8.self)
        return text.split(separator: "\n").map(String.init)
    }

    public func calls(of command: String) -> Int { calls.count { $0.contains(" \(command)") } }

    /// The documents that were imported, in their order.
    public func documents() throws -> [JSONValue] {
        let text = String(decoding: (try? FileContent.read(scratch.path("imported"))) ?? [], as: UTF8.self)
        return try text.split(separator: "\u{1E}").map { document in
            let items = try JSONValue(parsing: Array(document.utf8)).array ?? []
            let entries = items.flatMap { $0.array?.last?.array ?? [] }.compactMap { entry in
                entry.array?.first?.string.flatMap(DefinitionsSection.init).map {
                    DefinitionsEntry($0, entry.array?.last ?? .null)
                }
            }
            return Definitions(entries).json
        }
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
        // What an import carries is kept, as the file is gone when the call ends.
        try scratch.write(
            """
            #!/bin/sh
            cd \(scratch.path)
            FILE=$3
            what=$2
            record() { echo "WARREN $1 $(printf %s "$2" | base64 -w0)"; }
            observation() {
                if grep -q '"definitions"' "$FILE"; then echo "WARREN definitions $(base64 -w0 < export)"; fi
                if grep -q 'PrintJSON("links"' "$FILE"; then record links '{"links":[],"silent":[]}'; fi
                if grep -q 'PrintJSON("replicas"' "$FILE"; then record replicas '{"queues":0,"troubled":{"count":0}}'; fi
                echo "WARREN cluster $(base64 -w0 < status)"
            }
            answer() {
                if grep -q 'PrintJSON("cluster"' "$FILE"; then observation; fi
                case "$what" in import|delete) seq 0 1999 | sed 's/.*/WARREN & b2s=/';; esac
                echo ok
            }
            # Runs one script, whose text is in $FILE. An import also reads what it carries, which is kept.
            run() {
                what=$(sed -n '1s/^%% warren: //p' "$FILE")
                echo "\(tool) -q eval_file $what" >> calls
                if [ "$what" = import ]; then
                    carried=$(sed -n 's/^Carried = .*decode("\\(.*\\)").*/\\1/p' "$FILE")
                    [ -n "$carried" ] || read -r carried
                    printf %s "$carried" | base64 -d > entries
                    cat entries >> imported; printf '\\036' >> imported
                fi
                if [ -e "on-$what" ]; then . "./on-$what" || exit; return; fi
                case "$what" in
                observe|look|import|delete) answer;;
                *) echo "no such script: $what" >&2; exit 64;;
                esac
            }
            if [ "$2" = eval_file ]; then
                run
                grep -q 'Await()' "$FILE" || exit 0
                FILE=\(scratch.path)/script.$$
                trap 'rm -f "$FILE"' EXIT
                while echo "WARREN awaits"; read -r line; do
                    printf %s "$line" | base64 -d > "$FILE"
                    run
                done
                exit 0
            fi
            echo "\(tool) $*" >> calls
            what=$2
            if [ -e "on-$what" ]; then . "./on-$what"; exit; fi
            case "$what" in
            set) ;;
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
