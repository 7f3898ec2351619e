import Testing

@testable import HostAccess

@Suite struct MountTableTests {
    @Test("mount points are told with their blanks, the last mount first")
    func points() {
        let table = MountTable(
            #"""
            1 0 8:1 / / rw - ext4 /dev/a rw
            2 1 0:2 / /srv/my\040disk rw shared:1 master:2 - overlay overlay rw,lowerdir=/a
            3 2 0:3 / /srv/my\040disk/inner rw - tmpfs tmpfs rw
            4 1 0:4 / /srv/my\040diskette rw - tmpfs tmpfs rw
            """#)
        #expect(table.points(below: "/srv/my disk") == ["/srv/my disk/inner", "/srv/my disk"])
        #expect(table.entries[1].type == "overlay")
        #expect(table.entry(holding: "/srv/my disk/a/b")?.source == "overlay")
        #expect(table.entry(holding: "/srv/other")?.source == "/dev/a")
        #expect(table.entries[1].options == ["rw", "lowerdir=/a"])
    }

    @Test("this process is no init, and has no children that it did not start")
    func processes() {
        #expect(!ProcessTable.isInit(1))
        #expect(ProcessTable.children(of: -1).isEmpty)
    }
}
