import ClusterModel
import ResourceKinds
import Testing

@Suite struct FileDriftTests {
    @Test("a password of the statistics page is masked wherever a kind is not known by its type, also a stranger's")
    func masked() {
        let kind: any ResourceKind = FileKind()
        let told = kind.redact("contents", "bind :1\n    stats auth admin:theirs\n")
        #expect(told == "bind :1\n    stats auth ***\n")
    }
}
