import ClusterModel
import Foundation
import Rendering
import Testing

@Suite("The broker's files")
struct BrokerFilesTests {
    private static let settings = BrokerSettings(
        config: [
            .init("cluster_partition_handling", "pause_minority"), .init("vm_memory_high_watermark.relative", "0.4"),
            .init("listeners.tcp.default", "127.0.0.1:5673"), .init("log.file.formatter.time_format", "epoch_usecs"),
        ],
        environment: [
            .init("NODE_PORT", "5673"), .init("SERVER_ADDITIONAL_ERL_ARGS", #"-x "a b" $(touch /x) `y` 'z' \"#),
        ])

    @Test(
        "are the golden ones, byte for byte",
        arguments: [
            ("rabbitmq.conf", BrokerFiles.rabbitmqConf(settings, manifest: "orders")),
            ("rabbitmq-env.conf", BrokerFiles.rabbitmqEnvConf(settings, manifest: "orders")),
            (
                "enabled_plugins",
                BrokerFiles.enabledPlugins(["rabbitmq_shovel", "rabbitmq_federation", "rabbitmq_shovel"])
            ),
        ])
    func golden(name: String, text: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
        #expect(try String(contentsOf: folder.appending(path: name), encoding: .utf8) == text)
    }

    @Test("A value of the environment reaches the shell to the letter and runs nothing")
    func environmentIsLiteral() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "warren-env-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try BrokerFiles.rabbitmqEnvConf(Self.settings, manifest: "o").write(to: file, atomically: true, encoding: .utf8)
        let shell = Process()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", ". \"$1\"; printf %s \"$SERVER_ADDITIONAL_ERL_ARGS\"", "sh", file.path]
        let output = Pipe()
        shell.standardOutput = output
        try shell.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(text == Self.settings.environment[1].value)
    }

    @Test("A manifest's name cannot end the comment of the heading")
    func hostileName() {
        let text = BrokerFiles.rabbitmqConf(BrokerSettings(), manifest: "a\nlisteners.tcp.default = 1")
        #expect(text.split(separator: "\n").count == 1)
    }
}
