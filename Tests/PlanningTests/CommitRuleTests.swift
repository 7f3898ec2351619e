import ClusterModel
import Planning
import Testing

@Suite struct CommitRuleTests {
    private let commit = Commit(id: String(repeating: "ab", count: 20), author: "Jane <jane@x>", subject: "s")

    @Test("an unsigned commit is refused with git's words, and one that nobody asks to be signed is not")
    func signatures() {
        #expect(CommitRules.refusal(of: commit, signature: .notRequired) == nil)
        #expect(CommitRules.refusal(of: commit, signature: .good) == nil)
        let refusal = CommitRules.refusal(of: commit, signature: .bad("no principal matched"))
        #expect(refusal?.reason == .unsigned && refusal?.reason.isAcceptable == false)
        #expect(refusal?.message.contains("no principal matched") == true)
    }

    @Test("only what rewinds has to be accepted")
    func descent() {
        for (descent, isAccepted, isRefused) in [
            (CommitRules.Descent.first, false, false), (.descends, false, false), (.rewinds, false, true),
            (.rewinds, true, false),
        ] {
            let refusal = CommitRules.refusal(of: commit, descent: descent, inForce: "cd", isAccepted: isAccepted)
            #expect((refusal != nil) == isRefused)
        }
    }

    @Test("another cluster can be accepted, and a manifest without this host can't")
    func manifests() {
        func manifest(_ name: String, _ host: String) -> ClusterManifest {
            let position = SourcePosition(file: "x", line: 1, column: 1)
            return ClusterManifest(
                name: name, hosts: [Host(name: host, address: "10.0.0.1", roles: [.broker])],
                spec: Located(.object([]), at: position))
        }
        func reason(_ candidate: ClusterManifest, _ isAccepted: Bool) -> CommitRefusal.Reason? {
            CommitRules.refusal(
                of: commit, manifest: candidate, inForce: manifest("orders", "mq1"), host: "mq1", isAccepted: isAccepted
            )?.reason
        }
        #expect(reason(manifest("orders", "mq1"), false) == nil)
        #expect(reason(manifest("billing", "mq1"), false) == .otherCluster)
        #expect(reason(manifest("billing", "mq1"), true) == nil)
        #expect(reason(manifest("orders", "mq2"), true) == .otherHost)
    }

    @Test("what is told of the repository says what stays in force")
    func condition() throws {
        var commits = HostSnapshot.Commits(try GitSource(repository: "/r", ref: "main", path: ""))
        #expect(Conditions.commitInForce(commits, inForce: nil).status == .unknown)
        #expect(Conditions.commitInForce(commits, inForce: "abc").status == .true)
        commits.problem = "gone"
        #expect(Conditions.commitInForce(commits, inForce: "abc").message == "gone; abc stays in force")
        commits.refused = .init(commit: "d", reason: "Rewinds", message: "rewritten")
        #expect(Conditions.commitInForce(commits, inForce: "abc").status == .false)
    }

    @Test(
        "a file that RabbitMQ reads when it starts makes the run say that a restart may be due, where nobody can know")
    func restart() {
        let file = FileChange(
            path: "/etc/rabbitmq/rabbitmq.conf", contents: "", mode: 0o640, owner: "root:rabbitmq", reader: .rabbitmq)
        func action(_ verb: Action.Verb, _ id: ResourceID, _ change: Change) -> (action: Action, outcome: Outcome) {
            (Action(verb, id, scope: .host, guards: [], reason: "", change: change, fingerprint: ""), .succeeded)
        }
        let written = action(.update, ResourceID("file", name: file.path), .file(file))
        func sentence(_ configuration: RunningConfiguration?) -> String {
            Verdict.sentence(actions: [written], final: Plan(), configuration: configuration)
        }
        #expect(
            sentence(.unknown("nobody saw it")).hasSuffix(
                "may be due: it reads file /etc/rabbitmq/rabbitmq.conf only when it starts."))
        for known in [nil, RunningConfiguration.current, .outdated(["rabbitmq.conf"])] {
            #expect(!sentence(known).contains("due"))
        }
    }
}
