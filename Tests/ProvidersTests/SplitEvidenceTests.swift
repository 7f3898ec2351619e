import ClusterModel
import HostAccess
import TestSupport
import Testing

@testable import Providers

@Suite struct SplitEvidenceTests {
    @Test("The last 20 are kept, for nobody but their owner, and no other file of the folder is touched")
    func bounded() throws {
        let home = try ScratchDirectory("split")
        try home.write("", to: "split.sqlite")
        let evidence = SplitEvidence(folder: home.path)
        for second in 0..<(SplitEvidence.limit + 3) {
            let now = Timestamp(milliseconds: 1_700_000_000_000 + Int64(second) * 1000)
            try evidence.keep(Array("\(second)".utf8), at: now)
        }
        let names = try Directory.names(home.path).sorted()
        #expect(names.count == SplitEvidence.limit + 1 && names.last == "split.sqlite")
        #expect(names.first == "split-1700000003000.json")
        #expect(try FileStatus(home.path(names[0])).mode & 0o077 == 0)
    }
}
