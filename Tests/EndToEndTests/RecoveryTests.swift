import ClusterModel
import HostAccess
import Lab
import TestSupport
import Testing

extension EndToEnd {
    /// What `warren recover` does where a broker, or all data, is gone.
    @Suite(.serialized) struct Recoveries {
        @Test(
            "two brokers come back from a power cut by themselves, and from the loss of the one that stopped last",
            .long, arguments: [DebianRelease.twelve, .thirteen])
        func lastOneGone(release: DebianRelease) async throws {
            try await SmallCluster.with(release) { pair in
                try await pair.powerOff("mq1")
                try await pair.powerOff("mq2")
                try await pair.powerOn("mq2")
                try await pair.powerOn("mq1")
                try await pair.awaitConverged()
                try await pair.awaitMessages(["quorum": 500, "classic": 300])

                try await pair.powerOff("mq1")
                try await pair.awaitAlone("mq2")
                try await pair.powerOff("mq2")
                try await pair.powerOn("mq1")
                let said = try await pair.awaitScenario(4, on: "mq1")
                #expect(said.contains("rabbitmqctl forget_cluster_node --offline rabbit@mq2"), "\(said)")
                try await refusesOtherWords(pair)
                try await cutOffAndGoOn(pair, try pair.verbs(said))

                try await pair.replace("mq2")
                try await pair.awaitConverged()
                try await pair.awaitMessages(["quorum": 500, "classic": 300])
            }
        }

        @Test("4.0: the one that runs forgets the one that is gone, and a pair without any data begins anew")
        func otherGone() async throws { try await losesOneThenBoth(.thirteen) }

        @Test("3.10: the same, with queues that wait for the second broker", .long)
        func otherGoneOfOlderRelease() async throws { try await losesOneThenBoth(.twelve) }

        private func losesOneThenBoth(_ release: DebianRelease) async throws {
            try await SmallCluster.with(release) { pair in
                try await pair.powerOff("mq2")
                let gone = try await pair.awaitScenario(3, on: "mq1")
                let done = try await pair.recover("mq1", try pair.verbs(gone))
                #expect(done.contains("scenario 3"), "\(done)")
                // From 3.13 on, a queue goes on with one replica before there is a second broker.
                if release != .twelve { try await pair.awaitMessages(["quorum": 500, "classic": 300]) }
                try await pair.replace("mq2")
                try await pair.awaitConverged()
                try await pair.awaitMessages(["quorum": 500, "classic": 300])

                try await pair.lab.output("mq1", "warren", "reconcile", "--wait")
                for host in ["mq1", "mq2"] { try await loseData(host, pair) }
                let said = try await pair.awaitScenario(6, on: "mq1")
                #expect(said.contains("about 800"), "\(said)")
                let export = try #require(said.firstMatch(of: /recover --definitions (\d+)/)?.1)
                for host in ["mq1", "mq2"] { _ = try await pair.recover(host, "new_cluster") }
                try await pair.awaitConverged()
                let restored = try await pair.lab.output("mq1", "warren", "recover", "--definitions", String(export))
                #expect(restored.contains("2 queues"), "\(restored)")
                try await pair.awaitMessages(["quorum": 0, "classic": 0])
            }
        }

        @Test(
            "of three brokers two are left that wait for the third: the one that stopped later goes on, and forgets it",
            .long,
            arguments: [DebianRelease.twelve, .thirteen])
        func twoOfThree(release: DebianRelease) async throws {
            try await SmallCluster.with(release, hosts: ["mq1", "mq2", "mq3"]) { cluster in
                for (gone, left) in [("mq1", ["mq2", "mq3"]), ("mq2", ["mq3"])] {
                    try await cluster.powerOff(gone)
                    let nodes = left.map { "rabbit@\($0)" }
                    try await cluster.lab.waitUntil("\(left) see that \(gone) is gone", within: .seconds(60)) {
                        for host in left {
                            let running = try await cluster.snapshot(host)?.node?.cluster?.runningMembers
                            guard running == nodes else { return false }
                        }
                        return true
                    }
                }
                try await cluster.powerOff("mq3")
                for host in ["mq1", "mq2"] { try await cluster.powerOn(host) }
                let said = try await cluster.awaitScenario(4, on: "mq2")
                #expect(said.contains("rabbitmqctl force_boot"), "\(said)")
                let other = try await cluster.lab.exec("mq1", ["warren", "recover"])
                #expect(other.output.contains("Run warren recover on rabbit@mq2's host"), "\(other)")
                let done = try await cluster.recover("mq2", "forget_cluster_node,force_boot")
                #expect(done.contains("scenario 4, done"), "\(done)")
                try await cluster.replace("mq3")
                try await cluster.awaitConverged()
                try await cluster.awaitMessages(["quorum": 500, "classic": 300])
            }
        }

        @Test(
            "both machines are gone, and the disk of the one that stopped first goes on under a new machine", .long,
            arguments: [DebianRelease.twelve, .thirteen])
        func movedDisk(release: DebianRelease) async throws {
            let scratch = try ScratchDirectory("disk")
            try await SmallCluster.with(release) { pair in
                try await pair.powerOff("mq1")
                try await pair.awaitAlone("mq2")
                try await pair.lab.output(
                    "client", "cp", "-a", pair.directory("mq1") + "/upper/var/lib/rabbitmq/mnesia", scratch.path)
                try await pair.powerOff("mq2")

                try await pair.replace("mq1")
                try await pair.lab.output("mq1", "systemctl", "stop", "warren")
                let data = pair.directory("mq1") + "/root/var/lib/rabbitmq/mnesia"
                try await pair.lab.output("client", "rm", "-rf", data)
                try await pair.lab.output("client", "cp", "-a", scratch.path("mnesia"), data)
                try await pair.lab.output("mq1", "systemctl", "start", "warren")
                let said = try await pair.awaitScenario(5, on: "mq1")
                #expect(said.contains("The disk was put under this machine"), "\(said)")
                _ = try await pair.recover("mq1", try pair.verbs(said))
                try await pair.replace("mq2")
                try await pair.awaitConverged()
                try await pair.awaitMessages(["quorum": 500, "classic": 300])
            }
        }

        /// Nothing is done for another host, other verbs, or no reason.
        private func refusesOtherWords(_ pair: SmallCluster) async throws {
            for words in ["mq2 forget_cluster_node: x", "mq1 force_boot: x", "mq1 forget_cluster_node:"] {
                let run = try await pair.lab.exec("mq1", ["warren", "recover", "--acknowledge", words])
                #expect(!run.status.isSuccess, "\(words)")
            }
            let list = try await pair.lab.output("mq1", "warren", "recover", "--list")
            #expect(list == "No recovery was ever acknowledged on this host.\n")
        }

        /// The command is killed in the middle of its third step; another one does the rest under the same word.
        private func cutOffAndGoOn(_ pair: SmallCluster, _ verbs: String) async throws {
            async let killed = pair.lab.exec(
                "mq1", ["warren", "recover", "--acknowledge", "mq1 \(verbs): a test"], within: .seconds(200))
            try await pair.lab.waitUntil("the broker is stopped", within: .seconds(150)) {
                try await pair.lab.output("mq1", "warren", "recover", "--list").contains("cut off forget rabbit@mq2")
            }
            _ = try await pair.lab.exec("mq1", ["pkill", "-KILL", "--full", "^warren recover --acknowledge"])
            #expect(try await !killed.status.isSuccess)
            let state = try await pair.lab.exec("mq1", ["warren", "recover"])
            #expect(state.output.contains("Recovery 1 was cut off after 2 of"), "\(state.output)")
            let done = try await pair.lab.output("mq1", "warren", "recover", "--continue", within: .seconds(300))
            #expect(done.contains("Recovery 1, scenario 4, done"), "\(done)")
        }

        private func loseData(_ host: String, _ pair: SmallCluster) async throws {
            let data = "/var/lib/rabbitmq/mnesia"
            try await pair.lab.output(
                host, "sh", "-c",
                """
                systemctl stop warren && systemctl kill --signal=KILL rabbitmq-server && \
                while systemctl is-active --quiet rabbitmq-server; do sleep 0.2; done; \
                mv \(data) \(data).lost && install -d -o rabbitmq -g rabbitmq \(data) && systemctl start warren
                """)
        }
    }
}
