import Testing
import Values

@Suite("Values")
struct ValueTests {
    private func shown(_ member: Value?) -> String { member.map { "a value: \($0)" } ?? "absent" }
    private func text(_ text: String) -> Value { .string(text) }

    @Test(arguments: [true, false])
    func `nil stands for absence and never for null`(isAbsent: Bool) {
        // Were null written as the literal nil, the branches of a conditional would agree on a null value.
        var object: Value = ["kept": "yes"]
        object["member"] = isAbsent ? nil : text("there")
        #expect(object == (isAbsent ? ["kept": "yes"] : ["kept": "yes", "member": "there"]))
        #expect((shown(isAbsent ? nil : text("there")) == "absent") == isAbsent)
    }

    @Test func `a member that is null is there and reads as null`() {
        let object: Value = ["member": .null]
        #expect(object["member"]?.isNull == true)
        #expect(object["other"] == nil)
    }
}
