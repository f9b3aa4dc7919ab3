import Glibc
import JSON
import Values

/// Recorded facts in `Tests/Fixtures/KubernetesAPI`.
enum Fixtures {
    struct Missing: Error {
        let path: String
    }

    /// One value a line.
    static func lines(_ name: String, file: String = #filePath) throws -> [Value] {
        let directory = file.split(separator: "/").dropLast(2).joined(separator: "/")
        let path = "/\(directory)/Fixtures/KubernetesAPI/\(name)"
        guard let stream = fopen(path, "r") else { throw Missing(path: path) }
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONParser.parse(Array($0)) }
    }

    /// Where two values differ, for a message.
    static func differences(_ got: Value?, _ expected: Value?, at path: String = "") -> [String] {
        switch (got, expected) {
        case (.object(let left)?, .object(let right)?):
            return Set(left.keys).union(right.keys).sorted().flatMap { differences(left[$0], right[$0], at: "\(path).\($0)") }
        case (.array(let left)?, .array(let right)?) where left.count == right.count:
            return zip(left, right).enumerated().flatMap { differences($1.0, $1.1, at: "\(path)[\($0)]") }
        default:
            let texts = [got, expected].map { $0.map(JSONWriter.string) ?? "absent" }
            return got == expected ? [] : ["\(path): \(texts[0]), expected \(texts[1])"]
        }
    }
}
