import ClusterModel
import Foundation
import Testing

@Suite("Times")
struct TimestampTests {
    @Test("are written as Foundation writes them, in every century since 1600")
    func sameAsFoundation() {
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        // Steps of a bit more than 97 days, so that every month, leap year and time of day comes by.
        for milliseconds in stride(from: Int64(-11_676_096_000_000), through: 253_402_300_799_999, by: 8_412_345_000) {
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            // Foundation counts in floating-point numbers, and is a millisecond behind now and then.
            #expect(Timestamp(milliseconds: milliseconds).iso8601 == date.formatted(style))
            let time = Timestamp(milliseconds: milliseconds + 677)
            #expect(Timestamp(iso8601: time.iso8601) == time)
        }
    }

    @Test(
        "are read without a fraction and with a finer one",
        arguments: [
            ("1970-01-01T00:00:00Z", Int64(0)), ("1969-12-31T23:59:59.5Z", -500),
            ("2000-02-29T12:00:00.123456Z", 951_825_600_123),
        ])
    func variants(text: String, milliseconds: Int64) {
        #expect(Timestamp(iso8601: text) == Timestamp(milliseconds: milliseconds))
    }

    @Test(
        "that are none are refused",
        arguments: [
            "", "now", "2026-11-22", "2026-11-22T21:00:00", "2026-11-22T21:00:00+01:00", "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z", "2026-01-01T00:00:00.Z", "٢٠٢٦-11-22T21:00:00Z",
        ])
    func refused(text: String) { #expect(Timestamp(iso8601: text) == nil) }
}
