import ClusterModel
import Foundation
import HostAccess
import TestSupport
import Testing

@testable import Providers

/// What is remembered of the files that a broker read, with a process that stands for the broker.
@Suite struct StartRecordTests {
    private final class Broker {
        let scratch: ScratchDirectory
        let layout: HostLayout
        var process = Process()

        init(_ text: String) throws {
            scratch = try ScratchDirectory("start-record")
            layout = HostLayout.supervised(scratch.path("host"), account: nil)
            try FileManager.default.createDirectory(atPath: scratch.path("host"), withIntermediateDirectories: true)
            try write(text)
            try start()
        }

        deinit { end() }

        /// It has not to outlive the test, and hears no other signal while it is on its way.
        private func end() {
            if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        }

        func write(_ text: String, _ name: String = "rabbitmq.conf") throws {
            try AtomicFile.write(Array(text.utf8), to: scratch.path("host/" + name))
        }

        /// Later than the files by more than the kernel's ticks.
        func start() throws {
            end()
            usleep(30_000)
            process = Process()
            process.executableURL = URL(fileURLWithPath: "/bin/sleep")
            process.arguments = ["60"]
            (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
            try process.run()
        }

        var read: [String: String]? {
            StartRecord(layout).read(by: ServiceStatus(.running, pid: process.processIdentifier))
        }
    }

    private static func digest(_ text: String) -> String { StartRecord.digest("rabbitmq.conf", text) }

    @Test("a file that is written over after the broker was seen is still known as the broker read it")
    func seen() throws {
        let broker = try Broker("a = 1\n")
        #expect(broker.read?["rabbitmq.conf"] == Self.digest("a = 1\n"))
        #expect(broker.read?["advanced.config"] == RunningConfiguration.absent)
        usleep(30_000)
        try broker.write("a = 2\n")
        try broker.write("[].\n", "advanced.config")
        #expect(broker.read?["rabbitmq.conf"] == Self.digest("a = 1\n"))
        #expect(broker.read?["advanced.config"] == RunningConfiguration.absent)
        try broker.start()
        #expect(broker.read?["rabbitmq.conf"] == Self.digest("a = 2\n"))
        #expect(broker.read?["advanced.config"] == StartRecord.digest("advanced.config", "[].\n"))
    }

    @Test("a file that changed before anybody looked is unknown, also when it was put back")
    func unseen() throws {
        let broker = try Broker("a = 1\n")
        usleep(30_000)
        try broker.write("a = 2\n")
        try broker.write("a = 1\n")
        let read = try #require(broker.read)
        #expect(read["rabbitmq.conf"] == nil)
    }

    @Test("nothing is known of a broker that does not run, and a record that is no record is not believed")
    func noProcess() throws {
        let broker = try Broker("a = 1\n")
        #expect(StartRecord(broker.layout).read(by: ServiceStatus(.stopped)) == nil)
        #expect(StartRecord(broker.layout).read(by: nil) == nil)
        for text in ["", "{", "[]", "{\"process\":7}", "{\"process\":\"1 1 x\",\"files\":{\"rabbitmq.conf\":\"bad\"}}"]
        {
            try AtomicFile.write(Array(text.utf8), to: broker.layout.startRecord)
            #expect(broker.read?["rabbitmq.conf"] == Self.digest("a = 1\n"), "\(text)")
        }
    }

    @Test("comments and blank lines of rabbitmq.conf are no other configuration, and those of advanced.config are")
    func comments() {
        #expect(Self.digest("# old\na = 1\n\n") == Self.digest("a = 1\n  # new\n"))
        #expect(Self.digest("a = 1\n") != Self.digest("a = 1 # 2\n"))
        #expect(StartRecord.digest("advanced.config", "% a\n[].") != StartRecord.digest("advanced.config", "[]."))
    }
}
