import ClusterModel

extension ReplicaView {
    /// Reads the record of `ReplicaScript`; nil where it is none.
    init?(script json: JSONValue) {
        guard let count = json["queues"]?.integer, let troubled = json["troubled"] else { return nil }
        func byNode<Value>(_ key: String, _ read: (JSONValue) -> Value?) -> [String: Value] {
            (json[key]?.object ?? [:]).compactMapValues(read)
        }
        self.init(
            count: count, troubledCount: troubled["count"]?.integer,
            troubled: (troubled["queues"]?.array ?? []).compactMap(Troubled.init(script:)),
            leaders: byNode("leaders", \.integer), uptimes: byNode("uptimes", \.integer),
            critical: byNode("critical", Queues.init(script:)), lacking: byNode("lacking", Queues.init(script:)),
            onlyOn: byNode("only_on", Queues.init(script:)))
    }
}

extension ReplicaView.Queue {
    fileprivate init?(script json: JSONValue) {
        guard let vhost = json["vhost"]?.string, let name = json["name"]?.string,
            let type = json["type"]?.string.flatMap(ReplicaView.QueueType.init)
        else { return nil }
        self.init(vhost: vhost, name: name, type: type)
    }
}

extension ReplicaView.Queues {
    fileprivate init?(script json: JSONValue) {
        guard let count = json["count"]?.integer else { return nil }
        self.init(count: count, named: (json["queues"]?.array ?? []).compactMap(ReplicaView.Queue.init(script:)))
    }
}

extension ReplicaView.Troubled {
    fileprivate init?(script json: JSONValue) {
        guard let queue = ReplicaView.Queue(script: json) else { return nil }
        func nodes(_ key: String) -> [String] { (json[key]?.array ?? []).compactMap(\.string).sorted() }
        self.init(
            queue: queue, leader: json["leader"]?.string, members: nodes("members"), behind: nodes("behind"),
            silent: nodes("silent"))
    }
}
