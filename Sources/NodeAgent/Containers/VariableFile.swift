/// A file of variables that a container of the pod wrote for another (`fileKeyRef`, KEP-3721): lines of NAME='value'. Pure.
enum VariableFile {
    struct Malformed: Error, CustomStringConvertible { let description: String }

    /// The value of `key`; nil when the file does not have it. A value may have several lines. Throws `Malformed` at the first line
    /// that is not of the form, unless the key was found before it.
    static func value(of key: String, in text: String) throws -> String? {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)[...]
        var number = 0
        func malformed(_ why: String) -> Malformed {
            Malformed(description: "invalid environment variable format at line \(number): \(why)")
        }
        while let raw = lines.popFirst() {
            number += 1
            let line = raw.drop(while: isBlank)
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "=") else { throw malformed("missing '='") }
            let name = line[..<equals]
            guard !name.isEmpty else { throw malformed("empty variable name") }
            if let last = name.last, isBlank(last) { throw malformed("whitespace before '=' is not allowed") }
            var rest = line[line.index(after: equals)...]
            if let first = rest.first, isBlank(first) {
                // As a shell has it: what follows the blank is no part of the value.
                if name == key { return nil }
                continue
            }
            guard rest.first == "'" else { throw malformed("value must be enclosed in single quotes") }
            rest = rest.dropFirst()
            var value = ""
            let start = number
            while true {
                if let quote = rest.firstIndex(of: "'") {
                    value += rest[..<quote]
                    let after = rest[rest.index(after: quote)...].drop(while: isBlank)
                    guard after.isEmpty || after.hasPrefix("#") else { throw malformed("unexpected content after closing quote") }
                    break
                }
                value += rest + "\n"
                guard let next = lines.popFirst() else {
                    throw Malformed(description: "invalid environment variable format starting at line \(start): unclosed single quote")
                }
                number += 1
                rest = next
            }
            if name == key { return value.isEmpty ? nil : value }
        }
        return nil
    }

    private static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
}
