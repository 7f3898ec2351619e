import Foundation
import Glibc
import HostAccess
import Providers
import Synchronization

/// The brokers that all tests of this process share: at most one start for each version, however many ask.
actor SharedBrokers {
    static let shared = SharedBrokers()

    private var starts: [TestBroker.Version: Task<TestBroker, any Error>] = [:]

    func broker(_ version: TestBroker.Version) async throws -> TestBroker {
        if let start = starts[version] { return try await start.value }
        let start = Task {
            let broker = try TestBroker.fresh(version, plugins: ["rabbitmq_federation", "rabbitmq_shovel"])
            try await broker.supervised.start()
            return broker
        }
        starts[version] = start
        return try await start.value
    }
}

/// All homes of this process, which are removed when it ends; and the removal of what killed runs left.
enum BrokerHomes {
    private static let homes = Mutex<[String: BrokerHome]>([:])

    static func add(_ home: BrokerHome) {
        _ = oncePerProcess
        homes.withLock { $0[home.path] = home }
    }

    static func forget(_ home: BrokerHome) { homes.withLock { $0[home.path] = nil } }

    private static let oncePerProcess: Void = {
        removeAbandoned()
        atexit { BrokerHomes.removeAll() }
    }()

    private static func removeAll() {
        for home in homes.withLock({ Array($0.values) }) { home.remove() }
    }

    private static func removeAbandoned() {
        for name in (try? Directory.names("/tmp")) ?? [] where name.hasPrefix(BrokerHome.prefix) {
            let home = BrokerHome(leftover: "/tmp/" + name)
            if home.isAbandoned { home.remove() }
        }
    }
}
