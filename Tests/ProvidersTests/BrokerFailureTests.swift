import ClusterModel
import Foundation
import HostAccess
import TestSupport
import Testing

@testable import Providers

/// What real tools of both versions wrote, in the folder `Words`.
enum Words {
    static let versions = ["3.10.8", "4.0.5"]
    static func folder(_ version: String) -> String { #filePath.directoryOfPath + "/Words/" + version }

    static func answer(_ name: String, _ version: String) throws -> ToolAnswer {
        try ToolAnswer(name, in: folder(version))
    }
}

@Suite struct BrokerFailureTests {
    private func failure(_ name: String, _ version: String) throws -> BrokerFailure {
        let answer = try Words.answer(name, version)
        return BrokerFailure(exit: .exited(answer.code), output: answer.output, errors: answer.errors)
    }

    @Test("Each way of not getting through to the broker is told apart", arguments: Words.versions)
    func toldApart(_ version: String) throws {
        #expect(try failure("node-down", version) == .nodeDown)
        #expect(try failure("wrong-cookie", version) == .wrongCookie)
        #expect(try failure("app-not-running", version) == .appStopped)
        #expect(try failure("no-port-mapper", version) == .noPortMapper)
        #expect(try failure("plugins-node-down", version) == .unreachable)
        #expect(
            try failure("cookie-permissions", version)
                == .cookieFile("Cookie file /var/lib/broker/home/.erlang.cookie must be accessible by owner only"))
        guard case .unresolvableHost(let words) = try failure("unknown-host", version) else {
            Issue.record("an unknown host was taken for something else")
            return
        }
        #expect(words.contains("no-such-host"))
        #expect(words.count < 150)
    }

    @Test(
        "A node that lets the connection wait is silent, as another cookie is refused at once",
        arguments: Words.versions)
    func silent(_ version: String) throws {
        func failure(_ name: String, after seconds: Int) throws -> BrokerFailure {
            let answer = try Words.answer(name, version)
            return BrokerFailure(
                exit: .exited(answer.code), output: answer.output, errors: answer.errors, after: .seconds(seconds))
        }
        #expect(try failure("wrong-cookie", after: 6) == .wrongCookie)
        #expect(try failure("wrong-cookie", after: 7) == .silent)
        #expect(try failure("app-not-running", after: 30) == .appStopped)
        let full = "* can't establish TCP connection to the target node, reason: timeout (timed out)"
        #expect(BrokerFailure(exit: .exited(69), output: "", errors: full) == .silent)
        let closed = "* can't establish TCP connection to the target node, reason: econnrefused (connection refused)"
        #expect(BrokerFailure(exit: .exited(69), output: "", errors: closed) == .unreachable)
        #expect(!BrokerFailure.silent.isRefusal && !BrokerFailure.silent.mayHaveTakenEffect)
    }

    @Test("Each has a sentence of its own, and only a refusal is about what was asked", arguments: Words.versions)
    func sentences(_ version: String) throws {
        let names = [
            "node-down", "wrong-cookie", "app-not-running", "no-port-mapper", "plugins-node-down", "cookie-permissions",
            "unknown-host",
        ]
        let failures = try names.map { try failure($0, version) }
        #expect(Set(failures.map(\.description)).count == names.count)
        for failure in failures {
            #expect(!failure.isRefusal)
            #expect(!failure.mayHaveTakenEffect)
            #expect(failure.description.count < 250)
        }
        for name in ["node-down", "no-port-mapper", "plugins-node-down"] {
            #expect(try failure(name, version).description.contains("not running"))
        }
    }

    @Test("A refusal is the broker's own words on one line, without its wrapping", arguments: Words.versions)
    func refusals(_ version: String) throws {
        #expect(
            try failure("refused-policy", version) == .refused("Validation failed -1 is not a valid message TTL (//p)"))
        guard case .refused(let words) = try failure("refused-uri", version) else {
            Issue.record("a refused URI was taken for something else")
            return
        }
        #expect(words.hasPrefix("Validation failed \"amqp://***@h o:bad"))
        #expect(words.contains("not a valid URI"))
        #expect(try failure("refused-hash", version).isRefusal)
        #expect(try failure("refused-bytes", version).isRefusal)
    }

    @Test("A vhost that is not there is told from another refusal", arguments: Words.versions)
    func vhosts(_ version: String) throws {
        for name in ["unknown-vhost-import", "unknown-vhost-permission"] {
            guard case .unknownVhost(let words) = try failure(name, version) else {
                Issue.record("\(name)")
                continue
            }
            #expect(words.contains("nope"))
        }
    }

    @Test(
        "A timeout within the broker leaves open what was done",
        arguments: [
            "Error: operation cluster_status on node rabbit@mq1 timed out. Timeout value used: 0",
            "Error:\nKhepri has timed out on node rabbit@mq1.\nKhepri cluster could be in minority.",
        ])
    func timeout(_ errors: String) throws {
        let failure = BrokerFailure(exit: .exited(75), output: "", errors: errors)
        guard case .brokerTimeout(let words) = failure else {
            Issue.record("\(failure)")
            return
        }
        #expect(words.contains("timed out"))
        #expect(failure.mayHaveTakenEffect)
        #expect(!failure.isRefusal)
        #expect(try self.failure("timeout", "4.0.5") != failure || errors.contains("operation"))
    }

    @Test(
        "What a refusal repeats of a name is not taken for a diagnosis",
        arguments: [
            "nodedown", "not running at all", "nxdomain", "must be accessible by owner only",
            "'rabbit' app to be running",
            "TCP connection succeeded but Erlang distribution failed", ":nodistribution",
        ])
    func hostileNames(_ name: String) {
        let refused = BrokerFailure(
            exit: .exited(69), output: "", errors: "Error:\nValidation failed\n\nno \(name)\n (//p)\n")
        #expect(refused == .refused("Validation failed no \(name) (//p)"))
        let newer = BrokerFailure(
            exit: .exited(69), output: "", errors: "Error:\n<<\"Validation failed\\n\\nno \(name)\\n (//p)\">>\n")
        #expect(newer == refused)
        let vhost = BrokerFailure(exit: .exited(65), output: "", errors: "Virtual host '\(name)' does not exist\n")
        #expect(vhost == .unknownVhost("Virtual host '\(name)' does not exist"))
    }

    @Test("Words of any length and any bytes become one printable line")
    func hostileWords() {
        let long = String(repeating: "x", count: 2_000_000)
        #expect(BrokerFailure.words(output: "", errors: long).count <= 50_000)
        #expect(BrokerFailure.words(output: "", errors: "") == "the tool said nothing")
        #expect(BrokerFailure.words(output: "a\nb", errors: "c\u{1B}[1m") == "c\\u{1b}[1m a b")
        #expect(
            BrokerFailure.words(output: "", errors: "Error: &lt;&lt;&quot;x&quot;&gt;&gt; &amp;lt;") == "<<\"x\">> &lt;"
        )
        #expect(BrokerFailure.words(output: "", errors: "Error: no\nArguments given:\n\t-q x SECRET\n\nUsage") == "no")
    }

    @Test("A text that Erlang broke into several is put together, so that a secret in it is found")
    func brokenTexts() {
        let wrapped = "Error:\nValidation failed\n\n<<\"the first half of a long te\"\n   \"xt goes on\">> is wrong\n"
        #expect(
            BrokerFailure.words(output: "", errors: wrapped)
                == "Validation failed <<\"the first half of a long text goes on\">> is wrong")
        #expect(BrokerFailure.words(output: "", errors: "<<83,51,\n     67,82>>") == "<<83,51,67,82>>")
    }

    @Test("A tool that exits with a code of its own is not taken for a broker", arguments: [1, 2, 78, 126, 127])
    func unusable(_ code: Int) {
        let failure = BrokerFailure(exit: .exited(code), output: "", errors: "sh: broken")
        #expect(failure == .toolUnusable("the tool exited with code \(code): sh: broken"))
    }

    @Test(
        "A node whose application does not run says whether it is booting",
        arguments: [("stopped", BrokerFailure.appStopped), ("booting", .booting)])
    func booting(_ state: String, _ failure: BrokerFailure) async throws {
        let tools = try FakeTools()
        try tools.on("look", "record state \(state)")
        await #expect(throws: failure) { try await BrokerReader(tools: tools.broker()).clusterView() }
        try tools.on("observe", "record state \(state)")
        let reading = await BrokerReader(tools: tools.broker()).observe(at: Timestamp(milliseconds: 0))
        #expect(reading.definitions == nil)
        guard case .unknown(let words) = reading.observation.cluster else {
            Issue.record("a node that is \(state) has no view of a cluster")
            return
        }
        #expect(words == failure.description)
    }

    @Test("A term in which the cluster's state shows is no refusal, a text that names it is one")
    func records() {
        for term in ["{error,timeout}", "{badrpc,nodedown}", "{aborted,{no_exists,rabbit_vhost}}", "noproc"] {
            #expect(BrokerFailure(record: term) == .brokerTimeout(term), "\(term)")
        }
        #expect(BrokerFailure(record: "refused Validation failed\n\ntimeout is wrong").isRefusal)
        #expect(BrokerFailure(record: "{error,function_clause}") == .refused("{error,function_clause}"))
    }
}
