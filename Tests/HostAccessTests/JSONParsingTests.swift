import ClusterModel
import Foundation
import HostAccess
import Testing

@Suite struct JSONParsingTests {
    func parse(_ text: String) throws(JSONFailure) -> JSONValue { try JSONValue(parsing: Array(text.utf8)) }

    @Test func valuesAreRead() throws {
        let text = #" {"a":[1,2.5,true,null,"x",false,-0,-12e2,{},[]],"a\"b":"\u00e9\ud83d\ude00\n\/"} "#
        let value = try parse(text)
        #expect(value == ["a": [1, 2.5, true, nil, "x", false, 0, -1200, [:], []], "a\"b": "\u{e9}\u{1F600}\n/"])
    }

    @Test func agreesWithTheSystemDecoder() throws {
        for text in [
            "[]", "\"\"", "0", "-1", "1.25e-3", "9223372036854775807", "18446744073709551616", "01", "1.", ".5", "+1",
            "-", "{a:1}", "tru", "nul", "[", "\"\\x\"", "\"\u{1}\"", "1 2", "{\"a\" 1}", "NaN",
            "{\"a\":{\"b\":[[[1]]]}}", "1e400", "\"\\u12\"", "\"\\u123G\"",
        ] {
            let ours = try? parse(text)
            let theirs = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
            #expect(ours == theirs, "\(text)")
        }
    }

    @Test func canonicalTextIsReadBack() throws {
        let value: JSONValue = ["k\u{1}": ["\\", "\u{7F}", "zażółć", 1.5, -3], "": nil]
        #expect(try parse(value.description) == value)
    }

    @Test func emptyAndTruncatedAreTold() {
        #expect(throws: JSONFailure.empty) { try parse(" \n") }
        for text in ["[{\"a\":1},", "[", "{\"a\"", "\"abc", "{\"a\":tru", "\"\\u12", "-"] {
            #expect(throws: JSONFailure.truncated, "\(text)") { try parse(text) }
        }
    }

    @Test func placeOfTheBreakIsTold() {
        #expect(throws: JSONFailure.malformed(line: 2, column: 1)) { try parse("{\"a\":1}\n{badrpc,hunter2}") }
        #expect(throws: JSONFailure.malformed(line: 1, column: 4)) { try parse("[1 2]") }
        #expect(throws: JSONFailure.malformed(line: 1, column: 4)) { try parse("[1,]") }
    }

    @Test func deepNestingIsRefused() {
        #expect(throws: JSONFailure.self) { try parse(String(repeating: "[", count: 100_000)) }
    }
}
