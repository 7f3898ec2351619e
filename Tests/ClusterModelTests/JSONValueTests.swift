import ClusterModel
import Foundation
import Testing

@Suite("A JSON value")
struct JSONValueTests {
    @Test("is equal to another that means the same, and hashes alike")
    func meaning() {
        let one: JSONValue = ["a": 1, "b": [1.0, "x"]]
        let other: JSONValue = ["b": [1, "x"], "a": 1.0]
        #expect(one == other)
        #expect(Set([one, other]).count == 1)
    }

    @Test(
        "differs from what only looks alike",
        arguments: [
            (1, "1"), (true, 1), (nil, "null"), ([], [:]), ("\u{e9}", "e\u{301}"), (0.1, 0.10000000001),
        ] as [(JSONValue, JSONValue)])
    func difference(one: JSONValue, other: JSONValue) { #expect(one != other) }

    @Test("has one text, whatever order it was made in, and the text reads back as the value")
    func text() throws {
        let value: JSONValue = [
            "z": ["\"\\/\n\t\u{1}\u{7F}é😀", 1, -2.5, true, nil], "a": [:], "é": [],
        ]
        #expect(
            value.description
                == #"{"a":{},"z":["\"\\/\n\t\u0001\u007fé😀",1,-2.5,true,null],"é":[]}"#)
        #expect(try JSONDecoder().decode(JSONValue.self, from: Data(value.description.utf8)) == value)
    }
}

@Suite("Names")
struct NameTests {
    @Test("that are other bytes are other resources, also where Swift takes the texts for equal")
    func bytes() {
        let composed = ResourceID("queue", vhost: "v", name: "\u{e9}")
        let decomposed = ResourceID("queue", vhost: "v", name: "e\u{301}")
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
        #expect((composed < decomposed) != (decomposed < composed))
    }

    @Test("cannot forge a line of a report")
    func printable() {
        let hostile = ResourceID("policy", vhost: "v", name: "a\nb\u{1B}[31m\u{202E}")
        #expect(hostile.description == "policy v/a\\u{a}b\\u{1b}[31m\\u{202e}")
    }

    @Test(
        "match a pattern in which a star stands for any text",
        arguments: [
            ("policy orders/experiment-*", "policy orders/experiment-1", true), ("*", "", true),
            ("a*b*c", "a--b-c", true),
            ("a*b", "a-c", false), ("user app", "user app2", false), ("**", "x", true), ("a*", "ba", false),
        ])
    func glob(pattern: String, text: String, matches: Bool) {
        #expect(IgnoreRule(pattern: pattern).matchesText(text) == matches)
    }

    @Test("A pattern of many stars is answered at once")
    func hostileGlob() {
        let pattern = String(repeating: "*a", count: 100) + "b"
        #expect(!IgnoreRule(pattern: pattern).matchesText(String(repeating: "a", count: 5000)))
    }
}

@Suite("Redaction")
struct RedactionTests {
    @Test(
        "hides the user information and the query of a URI, however it is written",
        arguments: [
            ("amqp://u:SECRET@host:5672/v", "amqp://***@host:5672/v"),
            ("amqps://u:SE@CR/ET@host/v?password=SECRET", "amqps://***@host/v?***"),
            ("see amqp://u:SECRET@a, amqp://u:SECRET@b", "see amqp://***@a, amqp://***@b"),
            ("amqp://host", "amqp://host"), ("no uri", "no uri"), ("x://SECRET@", "x://***@"),
            ("\"amqp://u:SECRET@h\" and more", "\"amqp://***@h\" and more"),
        ])
    func uris(text: String, masked: String) {
        #expect(Redaction.maskURIs(text) == masked)
        #expect(!Redaction.maskURIs(text).contains("SECRET"))
    }

    @Test("hides every secret that was read, the longest first, and leaves short texts alone")
    func secrets() {
        let redactor = Redactor(["hunter", "hunter22", "abc"])
        #expect(redactor.redact("hunter22 hunter abc") == "*** *** abc")
        #expect(redactor.redact(["deep": ["xhunter22x"]]) == ["deep": ["x***x"]])
    }
}

@Suite("Versions")
struct BrokerVersionTests {
    @Test("are ordered by number, not by text, and what is none is refused")
    func order() throws {
        let old = try #require(BrokerVersion("3.9.29"))
        #expect(try old < #require(BrokerVersion("3.10")))
        #expect(BrokerVersion("4.1.0-rc.1") == BrokerVersion(4, 1, 0))
        for text in ["", "4", "4.x", "4.0.5.6", "4..5", "v4.0"] { #expect(BrokerVersion(text) == nil, "\(text)") }
    }
}
