import ClusterModel
import HostAccess
import TestSupport

/// A broker with something of every kind, called as badly as a broker allows.
enum RichBroker {
    /// Texts that must occur in no manifest.
    static let secrets = [
        "pa55-app", "pa55-upper", "pa55-berlin", "pa55-paris", "pa55-source", "pa55-target", "pa55-global",
    ]

    static func fill(_ broker: TestBroker, upstreamSets: Bool = true) async throws {
        _ = try await broker.installation.withExchangeFile(Array(definitions(broker.version).utf8)) { path in
            try await broker.ctl("import_definitions", path)
        }
        // What the tools write is exported as lists of pairs.
        try await broker.ctl(
            "set_operator_policy", "-p", "orders", "--apply-to", "queues", "by-hand", "^h", #"{"max-length":7}"#)
        try await broker.ctl("set_global_parameter", "by-hand", #"{"region":"x","nested":{"a":[1,2.5,null,{}]}}"#)
        try await broker.ctl("set_vhost_limits", "-p", "by-hand", #"{"max-queues":9}"#)
        try await broker.ctl("set_cluster_name", "rich")
        if upstreamSets {
            try await broker.eval(
                #"""
                ok = rabbit_runtime_parameters:parse_set(<<"orders">>, <<"federation-upstream-set">>, <<"europe">>,
                  <<"[{\"upstream\":\"berlin\",\"exchange\":\"orders\"},{\"upstream\":\"many\"}]">>, none).
                """#)
        }
    }

    private static func definitions(_ version: TestBroker.Version) -> String {
        let mirrored = version == .v3 ? #","ha-mode":"all""# : ""
        let long = String(repeating: "n", count: 255)
        return #"""
            {
              "users": [
                {"name":"guest","password":"guest","tags":["administrator"]},
                {"name":"app","password":"pa55-app","tags":["monitoring","policymaker"],"limits":{"max-connections":5}},
                {"name":"App","password":"pa55-upper","tags":[]},
                {"name":"../../etc/passwd","password":"pa55-app","tags":[]},
                {"name":"two\nlines \u0007","password":"pa55-app","tags":[]},
                {"name":"caf\u00e9","password":"pa55-app","tags":[]},
                {"name":"cafe\u0301","password":"pa55-app","tags":[]},
                {"name":"\#(long)","password":"pa55-app","tags":[]},
                {"name":"no: 'quotes' # \"here\" %41","password":"pa55-app","tags":[]},
                {"name":"nobody","password_hash":"","tags":[]}
              ],
              "vhosts": [
                {"name":"/"}, {"name":"by-hand"},
                {"name":"orders","metadata":{"description":"Bestellungen für alle: #1","tags":["b","a"]}},
                {"name":"caf\u00e9"}, {"name":"cafe\u0301"}, {"name":"../../x"}, {"name":"a/b%2Fc"}, {"name":"\#(long)"},
                {"name":"null"}, {"name":"0x1F"}, {"name":"*"}
              ],
              "permissions": [
                {"user":"guest","vhost":"/","configure":".*","write":".*","read":".*"},
                {"user":"app","vhost":"orders","configure":"^app\\.","write":".*","read":""},
                {"user":"caf\u00e9","vhost":"cafe\u0301","configure":"","write":"","read":"^(?!x)\\d+$"},
                {"user":"../../etc/passwd","vhost":"../../x","configure":".*","write":".*","read":".*"}
              ],
              "topic_permissions": [
                {"user":"app","vhost":"orders","exchange":"amq.topic","write":"^a/b","read":".*"},
                {"user":"app","vhost":"orders","exchange":"my/topic","write":"","read":".*"}
              ],
              "parameters": [
                {"vhost":"caf\u00e9","component":"vhost-limits","name":"limits","value":{"max-connections":1}},
                {"vhost":"cafe\u0301","component":"vhost-limits","name":"limits","value":{"max-connections":2}},
                {"vhost":"orders","component":"federation-upstream","name":"berlin",
                 "value":{"uri":"amqp://app:pa55-berlin@127.0.0.1:1/%2f","ack-mode":"on-confirm","max-hops":1}},
                {"vhost":"orders","component":"federation-upstream","name":"many",
                 "value":{"uri":["amqp://app:pa55-paris@127.0.0.1:1","amqp://"],"prefetch-count":7}},
                {"vhost":"orders","component":"shovel","name":"over/flow",
                 "value":{"src-uri":"amqp://app:pa55-source@127.0.0.1:1","src-queue":"classic","ack-mode":"no-ack",
                          "dest-uri":["amqp://app:pa55-target@127.0.0.1:1?heartbeat=5","amqp:///orders"],"dest-queue":"quorum",
                          "src-delete-after":"never"}},
                {"vhost":"orders","component":"operator_policy","name":"limits",
                 "value":{"pattern":"^","apply-to":"queues","priority":1,"definition":{"message-ttl":1000}}}
              ],
              "global_parameters": [
                {"name":"endpoints","value":{"list":["amqp://app:pa55-global@h","https://h/path",true,1.5]}},
                {"name":"looks-like-a-secret","value":{"fromFile":"/etc/hostname"}},
                {"name":"a list","value":[["a",1],["b",[2]]]}
              ],
              "policies": [
                {"vhost":"orders","name":"all: \u00fcber","pattern":"^(a|b)\\.","apply-to":"queues","priority":5,
                 "definition":{"max-length":10,"dead-letter-exchange":"amq.fanout"\#(mirrored)}},
                {"vhost":"orders","name":"federate","pattern":"^orders$","apply-to":"exchanges","priority":0,
                 "definition":{"federation-upstream":"berlin"}},
                {"vhost":"*","name":"*","pattern":"","definition":{"expires":100000}}
              ],
              "exchanges": [
                {"vhost":"orders","name":"orders","type":"topic","durable":true,"auto_delete":false,"internal":false,
                 "arguments":{"alternate-exchange":"amq.fanout"}},
                {"vhost":"orders","name":"passing","type":"fanout","durable":false,"auto_delete":true,"internal":false,"arguments":{}},
                {"vhost":"orders","name":"hidden","type":"direct","durable":true,"auto_delete":false,"internal":true,"arguments":{}},
                {"vhost":"/","name":"caf\u00e9 \ud83d\udc30","type":"headers","durable":true,"auto_delete":false,"internal":false,"arguments":{}}
              ],
              "queues": [
                {"vhost":"orders","name":"classic","durable":true,"auto_delete":false,"arguments":{"x-max-priority":5,"x-message-ttl":60000}},
                {"vhost":"orders","name":"quorum","durable":true,"auto_delete":false,"arguments":{"x-queue-type":"quorum","x-delivery-limit":3}},
                {"vhost":"orders","name":"stream","durable":true,"auto_delete":false,"arguments":{"x-queue-type":"stream","x-max-age":"7D"}},
                {"vhost":"orders","name":"passing","durable":false,"auto_delete":false,"arguments":{}},
                {"vhost":"orders","name":"going","durable":true,"auto_delete":true,"arguments":{}},
                {"vhost":"/","name":"\#(long)","durable":true,"auto_delete":false,"arguments":{}}
              ],
              "bindings": [
                {"source":"orders","vhost":"orders","destination":"classic","destination_type":"queue","routing_key":"a.#","arguments":{}},
                {"source":"orders","vhost":"orders","destination":"classic","destination_type":"queue","routing_key":"a.#",
                 "arguments":{"x-match":"all","n":1,"f":2.5,"list":["x",1],"empty":{}}},
                {"source":"amq.topic","vhost":"orders","destination":"passing","destination_type":"queue","routing_key":"p","arguments":{}},
                {"source":"orders","vhost":"orders","destination":"amq.topic","destination_type":"exchange","routing_key":"","arguments":{}},
                {"source":"caf\u00e9 \ud83d\udc30","vhost":"/","destination":"\#(long)","destination_type":"queue","routing_key":"%2F/","arguments":{}}
              ]
            }
            """#
    }
}
