import Core
import Testing

@Suite struct IPTextTests {
    @Test(
        arguments: [
            ("0.0.0.0", [0, 0, 0, 0]), ("10.0.100.255", [10, 0, 100, 255]), ("255.255.255.255", [255, 255, 255, 255]),
        ] as [(String, [UInt8])])
    func fourNumbers(_ text: String, _ bytes: [UInt8]) { #expect(IPText.ipv4(text) == bytes) }

    /// Go's rules: no zero in front, nothing above 255, four parts.
    @Test(arguments: [
        "", ".", "1", "1.2.3", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4.5", "1.2.3.4.", "01.2.3.4", "1.2.3.00", "256.1.1.1", "1.1.1.1000",
        "1.2.3.-4", "1.2.3.4 ", "1.2.3.x", "99999999999999999999.1.1.1",
    ])
    func others(_ text: String) { #expect(IPText.ipv4(text) == nil) }
}
