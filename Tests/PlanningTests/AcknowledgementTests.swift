import ClusterModel
import Planning
import Testing

/// A person's word for dangerous steps, and the names under which steps are kept.
@Suite struct AcknowledgementTests {
    private static let plan = RecoveryPlan(
        4, "mq2 is gone", losses: ["x"],
        steps: [.stopBroker, .forgetOffline("rabbit@mq2"), .startBroker, .shrinkQueues],
        afterwards: "y")

    @Test("it names the host, the verbs and the reason")
    func reads() throws {
        let word = try #require(Acknowledgement("mq1 forget_cluster_node,force_shrink:  see CHG-1: it burnt "))
        #expect(
            word
                == Acknowledgement(
                    host: "mq1", verbs: ["forget_cluster_node", "force_shrink"], reason: "see CHG-1: it burnt"))
        #expect(word.refusal(of: Self.plan, on: "mq1") == nil)
        #expect(Acknowledgement(Acknowledgement.form(host: "mq1", plan: Self.plan))?.reason == "WHY")
    }

    @Test(
        "a text without one of them is none",
        arguments: [
            "", "mq1", "mq1 force_boot", "mq1 force_boot:", "mq1 force_boot:  ", "force_boot: why", "a b c: why",
        ])
    func refusesOtherForms(text: String) {
        #expect(Acknowledgement(text) == nil)
    }

    @Test(
        "one for another host, or for other verbs, is not for this plan",
        arguments: [
            "mq2 forget_cluster_node,force_shrink: x", "mq1 forget_cluster_node: x", "mq1 force_boot: x",
            "mq1 forget_cluster_node,force_shrink,force_boot: x",
        ])
    func refusesOthers(text: String) throws {
        #expect(try #require(Acknowledgement(text)).refusal(of: Self.plan, on: "mq1") != nil)
    }

    @Test("every step is read again as it was kept, and nothing else is one")
    func steps() {
        let all: [RecoveryStep] = [
            .suspend, .resume, .stopBroker, .startBroker, .beginStart, .forget("rabbit@a"), .forgetOffline("rabbit@b"),
            .forceBoot, .standalone, .shrinkQueues, .quarantine("rabbit@c"), .forgetCluster,
        ]
        for step in all { #expect(RecoveryStep(stored: step.stored) == step) }
        for text in ["", "forget", "forget ", "stopBroker now", "rm -rf /"] where text != "forget " {
            #expect(RecoveryStep(stored: text) == nil, "\(text)")
        }
    }

    @Test("a dangerous step that has taken effect is done, and one that has not is not")
    func done() {
        func guards(_ broker: RecoveryInput.Broker, _ directory: NodeDirectory) -> RecoveryGuards {
            RecoveryGuards(
                RecoveryInput(
                    members: ["a", "b"], own: "a", directory: directory, broker: broker, peers: ["b": .silent]))
        }
        let before = guards(.booting, NodeDirectory(.present, store: .mnesia, members: ["a", "b"]))
        let directory = NodeDirectory(.present, store: .mnesia, members: ["a"], forceLoad: "/data/force_load")
        let after = guards(.stopped, directory)
        for step in [RecoveryStep.stopBroker, .forgetOffline("b"), .forceBoot] {
            #expect(!before.isDone(step))
            #expect(after.isDone(step))
        }
    }
}
