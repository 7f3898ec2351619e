import ClusterModel
import Testing

@testable import Providers

/// What a broker leaves in its data directory, as 3.10.8 and 4.0.5 write it.
@Suite struct NodeDirectoryTests {
    @Test("the members and the last running ones are read from the files of Mnesia")
    func lists() {
        #expect(
            NodeLists.lists("{[rabbit@mq1,rabbit@mq2],[rabbit@mq1,rabbit@mq2]}.\n")?.first == [
                "rabbit@mq1", "rabbit@mq2",
            ])
        #expect(NodeLists.lists("[rabbit@mq2].") == [["rabbit@mq2"]])
        #expect(NodeLists.lists("[].") == [[]])
        #expect(NodeLists.lists("{['rabbit@mq-1'],\n ['rabbit@mq-1']}.")?.first == ["rabbit@mq-1"])
    }

    @Test(
        "what is torn, empty or something else is unknown",
        arguments: ["", "[rabbit@mq1", "{[a],[b]}.", "\0", "[a@b@c]."])
    func torn(text: String) {
        #expect(NodeLists.lists(text) == nil)
    }
}
