import HTTPTransport
import Testing

@Suite("The date of answers")
struct HTTPDateTests {
    @Test func `a second is written as RFC 9110 has it`() {
        #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }
}
