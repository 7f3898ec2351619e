import AgentRuntime
import ClusterModel
import HostAccess
import ManifestLoading
import Planning
import Providers
import StateStore
import TestSupport
import Testing

/// A blank broker with all that a run needs: manifests are converged on it, and it is looked at from outside.
struct Converger: Sendable {
    let broker: TestBroker
    let scratch: ScratchDirectory
    let store: StateStore
    /// How many seconds a run believes that it is later than it is.
    var ahead = 0.0

    init(_ version: TestBroker.Version) async throws {
        broker = try await TestBroker.shared(version)
        try await broker.reset()
        scratch = try ScratchDirectory("converge")
        store = try StateStore.open(
            path: scratch.path("state.sqlite"), access: .readWrite, at: SystemClock.now()
        ).store
    }

    var version: TestBroker.Version { broker.version }
    private var tools: BrokerTools { BrokerTools(installation: broker.installation, runner: broker.runner) }

    /// The manifest with these lines of `spec`.
    func manifest(_ spec: String, name: String = "kinds", of place: SourceLocation = #_sourceLocation) throws
        -> ClusterManifest
    {
        let lines = spec.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
        let text = """
            apiVersion: warren/v1
            kind: Cluster
            metadata: { name: \(name) }
            spec:
              hosts: [{ name: localhost, address: 127.0.0.1, roles: [broker] }]

            """ + lines.joined(separator: "\n")
        let loaded = ManifestLoader.load(
            [SourceFile(path: scratch.path("warren.yaml"), text: text)],
            options: LoadOptions(brokerVersion: version.release))
        #expect(loaded.errors.map(\.description) == [], sourceLocation: place)
        return try #require(loaded.manifest, sourceLocation: place)
    }

    func reconciler(_ manifest: ClusterManifest) -> Reconciler {
        Reconciler(
            manifest: manifest, revision: nil, host: "localhost", tools: tools, secrets: SecretReader(environment: [:]),
            store: store,
            clock: { [ahead] in Timestamp(milliseconds: SystemClock.now().milliseconds + Int64(ahead * 1000)) })
    }

    /// What one look gives; nothing is changed.
    func look(_ spec: String) async throws -> PlannedRun { try await reconciler(manifest(spec)).plan() }

    /// The whole of what is remembered, as bytes.
    func everythingRemembered() async throws -> String {
        let files = ["state.sqlite", "state.sqlite-wal"].map { scratch.path($0) }
        return files.map { String(decoding: (try? FileContent.read($0)) ?? [], as: UTF8.self) }.joined()
    }

    func plan(_ spec: String, name: String = "kinds", of place: SourceLocation = #_sourceLocation) async throws -> Plan
    {
        try await reconciler(manifest(spec, name: name, of: place)).plan().plan
    }

    @discardableResult
    func apply(
        _ spec: String, name: String = "kinds", of place: SourceLocation = #_sourceLocation
    ) async throws -> RunReport {
        try await reconciler(manifest(spec, name: name, of: place)).apply(cause: .request, store: store) { _ in }
    }

    /// Applies and expects the broker to be as the manifest says.
    @discardableResult
    func converge(
        _ spec: String, name: String = "kinds", of place: SourceLocation = #_sourceLocation
    ) async throws -> RunReport {
        let report = try await apply(spec, name: name, of: place)
        let wrong = report.actions.filter { $0.outcome != .succeeded }.map { "\($0.action.resource) \($0.outcome)" }
        #expect(wrong == [], sourceLocation: place)
        #expect(report.final.plan.told == [:], sourceLocation: place)
        #expect(report.result == .converged, "\(report.sentence)", sourceLocation: place)
        return report
    }

    /// Applies once more and expects that the broker was only read, and is the same byte for byte.
    func expectNothingIsWritten(
        _ spec: String, name: String = "kinds", of place: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await everything()
        try broker.clearToolCalls()
        let report = try await apply(spec, name: name, of: place)
        #expect(report.actions.isEmpty, sourceLocation: place)
        let calls = try broker.toolCalls().map { $0.arguments.filter { !$0.hasPrefix("-") }.first ?? "" }
        #expect(calls == ["eval_file"], sourceLocation: place)
        #expect(difference(try await everything(), before) == [], sourceLocation: place)
    }

    /// The whole of the broker's definitions, read from outside of a run.
    func definitions() async throws -> Definitions {
        let reading = await BrokerReader(tools: tools).observe(at: SystemClock.now())
        guard let definitions = reading.definitions else { throw TestFailure("\(reading.observation.cluster)") }
        return definitions
    }

    /// Each object of the broker as one line, hashes included; of some users neither the salted hash, which is new
    /// with each repair, nor limits of -1, which are none.
    func everything(looselyOn users: Set<String> = []) async throws -> [String] {
        try await definitions().sections.flatMap { section, values in
            values.map { value -> String in
                guard section == .users, let name = value["name"]?.string, users.contains(name) else {
                    return "\(section) \(value)"
                }
                var members = value.object ?? [:]
                members["password_hash"] = nil
                members["limits"] = .object((members["limits"]?.object ?? [:]).filter { $0.value != -1 })
                return "\(section) \(JSONValue.object(members))"
            }
        }.sorted { $0.precedes($1) }
    }

    /// The password hash that the broker holds of a user.
    func hash(of user: String) async throws -> String? {
        try await definitions()[.users].first { $0["name"]?.string == user }?["password_hash"]?.string
    }

    /// Whether the broker takes the password. Any argument more, and 4.0's tool would wait for ever.
    func takes(_ password: String, of user: String) async -> Bool {
        let call = try? await broker.tool("rabbitmqctl", ["authenticate_user", user], input: password + "\n")
        return call != nil
    }

    /// Imports a definitions document by hand.
    func importByHand(_ document: JSONValue) async throws {
        _ = try await broker.installation.withExchangeFile(Array(document.description.utf8)) { path in
            try await broker.ctl("import_definitions", path)
        }
    }

    /// Publishes one message to a queue; to a stream by its writer, as 3.10 routes none to it from here.
    func publish(to queue: String, vhost: String = "/") async throws {
        let answer = try await broker.eval(
            """
            X = rabbit_misc:r(\(Self.binary(vhost)), exchange, <<>>),
            Key = \(Self.binary(queue)),
            code:ensure_loaded(rabbit_queue_type),
            {ok, Queue} = rabbit_amqqueue:lookup(rabbit_misc:r(\(Self.binary(vhost)), queue, Key)),
            case {amqqueue:get_type(Queue), erlang:function_exported(rabbit_queue_type, publish_at_most_once, 2)} of
              {rabbit_stream_queue, _} ->
                osiris:write(amqqueue:get_pid(Queue), undefined, 1, <<"m">>),
                Wait = fun Wait(0) -> error(not_written);
                  Wait(Left) ->
                    case maps:get({osiris_writer, amqqueue:get_name(Queue)}, osiris_counters:overview()) of
                      #{committed_offset := Last} when Last >= 0 -> ok;
                      _ -> receive after 10 -> Wait(Left - 1) end
                    end end,
                Wait(500);
              {_, true} ->
                {ok, Exchange} = rabbit_exchange:lookup(X),
                Content = rabbit_basic:build_content(rabbit_basic:properties([]), [<<"m">>]),
                {ok, Message} = mc_amqpl:message(X, Key, Content),
                rabbit_queue_type:publish_at_most_once(Exchange, Message);
              {_, false} ->
                rabbit_basic:publish(X, Key, rabbit_basic:properties([]), <<"m">>)
            end,
            io:format("published~n").
            """)
        guard answer.contains("published") else { throw TestFailure("nothing was published: \(answer)") }
    }

    /// An Erlang binary of any text.
    static func binary(_ text: String) -> String { "<<\(text.utf8.map(String.init).joined(separator: ","))>>" }

    /// Makes the component `warren-test` of parameters, which takes any value: the brokers' own all have rules.
    func registerTestComponent() async throws {
        try await broker.eval(
            """
            Lines = ["-module(warren_test_component).", "-behaviour(rabbit_runtime_parameter).",
              "-export([validate/5, notify/5, notify_clear/4]).", "validate(_, _, _, _, _) -> ok.",
              "notify(_, _, _, _, _) -> ok.", "notify_clear(_, _, _, _) -> ok."],
            Forms = [begin {ok, Tokens, _} = erl_scan:string(L), {ok, F} = erl_parse:parse_form(Tokens), F end || L <- Lines],
            {ok, Module, Code} = compile:forms(Forms),
            {module, Module} = code:load_binary(Module, "warren_test_component", Code),
            ok = rabbit_registry:register(runtime_parameter, <<"warren-test">>, Module).
            """)
    }
}

/// The lines that only one of both has.
func difference(_ found: [String], _ expected: [String]) -> [String] {
    let (found, expected) = (found.map(Line.init), expected.map(Line.init))
    let (a, b) = (Set(found), Set(expected))
    return found.filter { !b.contains($0) }.map { "+ \($0.text)" }
        + expected.filter { !a.contains($0) }.map { "- \($0.text)" }
}

/// A text that is compared by its bytes.
private struct Line: Hashable {
    let text: String
    static func == (left: Line, right: Line) -> Bool { left.text.sameBytes(as: right.text) }
    func hash(into hasher: inout Hasher) { hasher.combine(Array(text.utf8)) }
}

extension Plan {
    /// What is open on each resource: `missing`, `unexpected`, or the fields that differ.
    var told: [String: String] {
        Dictionary(
            openDrift.map {
                ("\($0.resource)", $0.changes.isEmpty ? $0.word : $0.changes.map(\.field).joined(separator: " "))
            },
            uniquingKeysWith: { $0 + " and " + $1 })
    }

    /// The guards that keep something from being done, by resource.
    var guards: [String: String] {
        Dictionary(blocked.map { ("\($0.resource)", $0.guard.name) }, uniquingKeysWith: { $0 + " and " + $1 })
    }
}
