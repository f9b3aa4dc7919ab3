import Core
import Testing

@Suite struct TimestampTests {
    let now = Timestamp(seconds: 1_767_225_600)

    @Test(arguments: [
        ("2026-11-21T03:06:51Z", "2026-11-21T03:06:51Z"), ("2026-11-21T03:06:51.999+02:00", "2026-11-21T01:06:51Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"), ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("1600-02-29T12:00:00Z", "1600-02-29T12:00:00Z"),
    ])
    func `a time of any year keeps its meaning`(_ text: String, _ stored: String) {
        #expect(Timestamp.canonical(text, isMicro: false) == stored)
        #expect(Timestamp.canonical(text, isMicro: true)?.prefix(19) == stored.prefix(19))
    }

    @Test(arguments: ["", "2026", "2026-11-21T03:06:51", "2026-13-21T03:06:51Z", "9999-12-31T23:59:59-01:00", "0000-01-01T00:00:00+01:00"])
    func `what is no time of four digits' years is refused`(_ text: String) {
        #expect(Timestamp.canonical(text, isMicro: false) == nil)
    }

    @Test func `times and durations beyond three centuries end at the last moment there is`() throws {
        let last = try #require(Timestamp(rfc3339: "9999-12-31T23:59:59Z"))
        #expect(last == Timestamp(nanoseconds: .max))
        #expect(try #require(Timestamp(rfc3339: "0001-01-01T00:00:00Z")) == Timestamp(nanoseconds: .min))
        #expect(now + .seconds(Int64.max) == last)
        #expect(Timestamp(seconds: -1) - .seconds(Int64.max) == Timestamp(nanoseconds: .min))
        #expect(now + .seconds(Int64.min) < now)
        #expect(last + .seconds(1) == last)
        #expect(last - Timestamp(nanoseconds: .min) > .seconds(Int64.max / 1_000_000_000))
        #expect(Timestamp(seconds: .max) == last)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(now + .seconds(90) - now == .seconds(90))
    }

    @Test func `the first and the last moment can be written`() {
        #expect(Timestamp(nanoseconds: .min).rfc3339Micro == "1677-09-21T00:12:43.145224Z")
        #expect(Timestamp(nanoseconds: .max).rfc3339Micro == "2262-04-11T23:47:16.854775Z")
        #expect(Timestamp(nanoseconds: -1).rfc3339Micro == "1969-12-31T23:59:59.999999Z")
    }

    /// Most texts are taken over as they are; these are those at the edge of that, and beyond it.
    @Test(arguments: [
        ("2026-02-28T23:59:59Z", "2026-02-28T23:59:59Z"), ("2026-02-29T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"), ("2026-04-31T00:00:00Z", "2026-05-01T00:00:00Z"),
        ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z"), ("2026-01-02t03:04:05z", "2026-01-02T03:04:05Z"),
        ("2026-01-02T03:04:05+00:00", "2026-01-02T03:04:05Z"), ("2026-01-02T03:04:05.9Z", "2026-01-02T03:04:05Z"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
    ])
    func storedForm(_ text: String, _ stored: String) { #expect(Timestamp.canonical(text, isMicro: false) == stored) }

    @Test(arguments: [
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-02T24:00:00Z", "2026-01-02T03:04:61Z",
    ])
    func noTime(_ text: String) { #expect(Timestamp.canonical(text, isMicro: false) == nil) }
}
