import Core
import HTTPTransport

/// How long a request may take that is no watch and no stream: a minute, or less when its client says so with `timeout`.
struct RequestTimeout: Sendable {
    static let longest = Duration.seconds(60)

    let duration: Duration

    /// Throws `APIError` (400) for a parameter that is no duration.
    init(_ query: QueryParameters) throws {
        guard let text = query["timeout"], !text.isEmpty else {
            duration = Self.longest
            return
        }
        guard let asked = Self.parse(text) else { throw APIError.badRequest("invalid timeout specified in the request URL") }
        duration = asked > .zero ? min(asked, Self.longest) : Self.longest
    }

    static var error: APIError {
        .general(504, .timeout, "Timeout: request did not complete within requested timeout - context deadline exceeded")
    }

    /// A duration as Go writes it: "1m30s", "500ms", "1.5h".
    static func parse(_ text: String) -> Duration? {
        let units: [(String, Double)] = [("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600)]
        if text == "0" { return .zero }
        var rest = text[...]
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest = rest.dropFirst() }
        guard !rest.isEmpty else { return nil }
        var seconds = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            let unit = rest.dropFirst(digits.count).prefix { !($0.isASCII && ($0.isNumber || $0 == ".")) }
            guard let number = Double(digits), let factor = units.first(where: { $0.0 == unit })?.1 else { return nil }
            seconds += number * factor
            rest = rest.dropFirst(digits.count + unit.count)
        }
        guard seconds < 1e9 else { return nil }
        return .seconds(isNegative ? -seconds : seconds)
    }
}
