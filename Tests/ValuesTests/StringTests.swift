import Testing
import Values

@Suite struct StringTests {
    /// Text of every kind in every form that a string can hold it in.
    private static let texts: [String] = {
        var result: [String] = []
        let plain = [
            "", "a", "b", "name", "names", "metadata", "exactly15bytes!", "exactly16 bytes!", "terminationGracePeriodSeconds",
            "terminationGracePeriodSecondz", "é", "e\u{301}", "ééééééé", "éééééééé", "e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}",
            "éééééé", "\u{212B}", "\u{C5}", "A\u{30A}", "日本語", "日本語日本語日本語", "a日本語日本語日本語", "\u{0}", "a\u{0}",
        ]
        for text in plain {
            result.append(text)
            result.append(String(decoding: Array(text.utf8), as: UTF8.self))
            var roomy = ""
            roomy.reserveCapacity(64)
            roomy += text
            result.append(roomy)
            result.append(String((text + "!").dropLast()))
        }
        return result
    }()

    @Test func sameTextIsEqualTextInEveryForm() {
        for left in Self.texts {
            for right in Self.texts { #expect(String.isSame(left, right) == (left == right), "\(left) and \(right)") }
        }
    }

    @Test func membersAreFoundByNamesOfEveryForm() {
        for left in Self.texts {
            let object = Object([(left, Value.int(1))])
            for right in Self.texts { #expect((object[right] != nil) == (left == right)) }
        }
    }
}
