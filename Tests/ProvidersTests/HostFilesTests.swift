import ClusterModel
import HostAccess
import TestSupport
import Testing

@testable import Providers

/// What a node's data directory is.
@Suite struct HostFilesTests {
    @Test("A folder without anything is blank, one with data is present, and a started blank one is fresh")
    func states() throws {
        let (scratch, layout) = try Self.host()
        #expect(HostFiles.data(of: "rabbit@mq1", in: layout) == .blank)
        try Directory.make(scratch.path("lib/mnesia/rabbit@mq1"), mode: 0o755)
        #expect(HostFiles.data(of: "rabbit@mq1", in: layout) == .blank)
        try scratch.write("x", to: "lib/mnesia/rabbit@mq1/schema.DAT")
        #expect(HostFiles.data(of: "rabbit@mq1", in: layout) == .present)
        try scratch.write("", to: "memory/fresh-node")
        #expect(HostFiles.data(of: "rabbit@mq1", in: layout) == .fresh)
    }

    @Test("An empty folder is unreadable, not blank, where the disk that held the data is not mounted")
    func otherDisk() throws {
        let (scratch, layout) = try Self.host()
        HostFiles.rememberDisk(layout)
        #expect(HostFiles.data(of: "rabbit@mq1", in: layout) == .blank)
        try scratch.write("ext4 /dev/data", to: "memory/node-disk")
        #expect(HostFiles.data(of: "rabbit@mq1", in: layout) == .unreadable)
        try Directory.make(scratch.path("lib/mnesia/rabbit@mq1"), mode: 0o755)
        #expect(HostFiles.data(of: "rabbit@mq1", in: layout) == .unreadable)
        // What is there is there, whatever it is on.
        try scratch.write("x", to: "lib/mnesia/rabbit@mq1/schema.DAT")
        #expect(HostFiles.data(of: "rabbit@mq1", in: layout) == .present)
    }

    private static func host() throws -> (ScratchDirectory, HostLayout) {
        let scratch = try ScratchDirectory("host-files")
        for folder in ["lib", "lib/mnesia", "memory"] { try Directory.make(scratch.path(folder), mode: 0o755) }
        var layout = HostLayout.systemd
        (layout.brokerData, layout.memory) = (scratch.path("lib/mnesia"), scratch.path("memory"))
        return (scratch, layout)
    }
}
