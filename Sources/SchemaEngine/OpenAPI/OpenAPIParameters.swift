import JSON
import Values

/// Tells parameters once: those of all operations of a path beside these, and in a document of version 2 those of many paths under names of
/// their own, to which the paths refer (kube-openapi's `builder`).
struct OpenAPIParameters {
    private static let methods = ["get", "put", "post", "delete", "options", "head", "patch"]

    private var names: [Value: String] = [:]
    private var shared: [String: Value] = [:]

    /// What the document defines, by name.
    var definitions: Value { .object(Object(shared.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })) }

    /// A path whose operations have only parameters of their own.
    static func hoisted(_ item: Value) -> Value {
        let own = methods.compactMap { item[$0]?["parameters"]?.array ?? (item[$0] == nil ? nil : []) }
        guard let first = own.first else { return item }
        let common = first.filter { parameter in parameter["in"] != "body" && own.allSatisfy { $0.contains(parameter) } }
        var result = item
        for method in methods where item[method] != nil {
            let rest = (item[method]?["parameters"]?.array ?? []).filter { !common.contains($0) }
            result[method]?["parameters"] = rest.isEmpty ? nil : .array(sorted(rest))
        }
        let all = sorted(common + (item["parameters"]?.array ?? []))
        result["parameters"] = all.isEmpty ? nil : .array(all)
        return result
    }

    private static func sorted(_ parameters: [Value]) -> [Value] {
        func key(_ parameter: Value) -> (String, String) { (parameter["name"]?.string ?? "", parameter["in"]?.string ?? "") }
        return parameters.sorted { key($0) < key($1) }
    }

    /// A path that refers to what it shares with others.
    mutating func sharing(_ item: Value) -> Value {
        var result = item
        if let list = item["parameters"]?.array { result["parameters"] = .array(list.map { reference($0) }) }
        for method in Self.methods {
            guard let list = item[method]?["parameters"]?.array else { continue }
            result[method]?["parameters"] = .array(list.map { reference($0) })
        }
        return result
    }

    private mutating func reference(_ parameter: Value) -> Value {
        guard Self.isShared(parameter) else { return parameter }
        let name = names[parameter] ?? define(parameter)
        return ["$ref": .string("#/parameters/\(name)")]
    }

    private mutating func define(_ parameter: Value) -> String {
        let name = "\(parameter["name"]?.string ?? "")-\(Self.hash(JSONWriter.encode(parameter)))"
        names[parameter] = name
        shared[name] = parameter
        return name
    }

    /// Names tell the kind, bodies are of the kind, and by two parameters kubectl knew what a server can do.
    private static func isShared(_ parameter: Value) -> Bool {
        let name = parameter["name"]?.string
        if parameter["in"] == "body" {
            return parameter["schema"]?["$ref"]?.string?.hasPrefix("#/definitions/io.k8s.apimachinery") == true
        }
        return name != "name" && name != "fieldValidation" && name != "dryRun"
    }

    /// 48 bits of a hash (FNV-1), in eight letters that may stand in an address.
    private static func hash(_ bytes: [UInt8]) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = hash &* 0x100_0000_01b3 ^ UInt64(byte) }
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        return String(decoding: (0..<8).map { letters[Int(hash >> UInt64(58 - 6 * $0) & 63)] }, as: UTF8.self)
    }
}
