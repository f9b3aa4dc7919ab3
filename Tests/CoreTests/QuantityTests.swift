import Core
import Testing

@Suite("Quantities")
struct QuantityTests {
    @Test(
        "are written canonically",
        arguments: [
            ("0", "0"), ("0Mi", "0"), ("1000m", "1"), ("0.5", "500m"), ("1.5Gi", "1536Mi"), ("1024Ki", "1Mi"), ("1000", "1k"),
            ("1024", "1024"),
            ("100Mi", "100Mi"), ("512", "512"), ("1000Ki", "1000Ki"), ("1e3", "1e3"), ("12E6", "12e6"), ("1500000", "1500k"),
            ("-1.5", "-1500m"),
            ("+3", "3"), (".5", "500m"), ("5.", "5"), ("0.1Ki", "102400m"), ("1Ei", "1Ei"), ("0.0000000001", "1n"), ("100E", "100E"),
            ("64Mi", "64Mi"),
            ("1023Ki", "1023Ki"), ("500Mi", "500Mi"), ("2048Mi", "2Gi"), ("0.000001", "1u"), ("1e-3", "1e-3"),
            ("9223372036854775807", "9223372036854775807"), ("7.5Ei", "7680Pi"), ("8Ei", "9223372036854775807"),
            ("922337.036854775807Ei", "9223372036854775807"), ("-100Ei", "-9223372036854775807"), ("100e18", "100e18"),
        ])
    func canonical(_ text: String, _ expected: String) throws {
        #expect(try Quantity(parsing: text).description == expected)
    }

    @Test(
        "that are malformed are refused in upstream's words",
        arguments: [
            ("lots", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
            ("", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
            ("1 Gi", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
            ("1Mib", "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"),
            ("1ki", "unable to parse quantity's suffix"), ("1.2.3", "unable to parse numeric part of quantity"),
        ])
    func refused(_ text: String, _ message: String) {
        #expect(throws: Quantity.ParseError.self) { try Quantity(parsing: text) }
        do throws(Quantity.ParseError) { _ = try Quantity(parsing: text) } catch { #expect(error.description == message) }
    }

    @Test("add, subtract and compare by amount")
    func arithmetic() throws {
        let half = try Quantity(parsing: "500m")
        #expect(half + half == Quantity(1))
        #expect((try Quantity(parsing: "1Gi") + Quantity(parsing: "1Mi")).description == "1025Mi")
        #expect((Quantity.zero + (try Quantity(parsing: "1Gi"))).description == "1Gi")
        #expect((Quantity(2) - half).milliValue == 1500)
        #expect(try Quantity(parsing: "1024Mi") == Quantity(parsing: "1Gi"))
        #expect(try Quantity(parsing: "1000Mi") < Quantity(parsing: "1Gi"))
    }

    @Test("round up to whole numbers and thousandths")
    func rounding() throws {
        #expect(try Quantity(parsing: "100m").value == 1)
        #expect(try Quantity(parsing: "1n").milliValue == 1)
        #expect(try Quantity(parsing: "-1n").value == -1)
        #expect(try Quantity(parsing: "0.0001").roundedUpToMilli.description == "1m")
    }

    @Test("too large for 128 bits are capped")
    func capped() throws {
        #expect(try Quantity(parsing: "1e40").value == .max)
        #expect(try Quantity(parsing: "99999999999999999999999999999999999999999").value == .max)
        #expect(try Quantity(parsing: "1e-40").description == "1e-9")
    }
}
