import Core
import SchemaEngine

/// Writes the views of every structure: one Swift file a schema text, one computed property a field.
struct ViewGenerator {
    let schema: Schema
    /// The Swift name of each structure by its full name.
    private let names: [String: String]

    init(schema: Schema) {
        self.schema = schema
        names = Self.names(schema)
    }

    func files() -> [String: String] {
        var files: [String: String] = [:]
        for package in schema.packages where Self.hasViews(package) {
            let views = package.structures.filter { !$0.isPart }.compactMap { structure in
                names[structure.name].map { (name: $0, text: view($0, structure, package)) }
            }
            files["\(package.key).swift"] =
                "// Generated from Schema/ by SchemaCompiler. Do not edit.\n// swift-format-ignore-file\n\nimport Values\n\n"
                + views.sorted { $0.name < $1.name }.map(\.text).joined(separator: "\n\n") + "\n"
        }
        return files
    }

    /// The alpha and beta versions whose types code works with. Views take time to compile: the others are known by their tables alone.
    private static let unstableWithViews: Set = [
        "certificates_v1beta1", "metrics_v1beta1", "scheduling_v1alpha2", "storagemigration_v1beta1",
    ]

    private static func hasViews(_ package: Schema.Package) -> Bool {
        let isUnstable = package.version.contains("alpha") || package.version.contains("beta")
        return !isUnstable || unstableWithViews.contains(package.key)
    }

    // MARK: Names

    /// Names of types of `Core`: theirs is never plain.
    private static let taken: Set = ["GroupResource"]

    /// Of types with one name, the one whose group comes first has it plain; the others have their group before it.
    private static func names(_ schema: Schema) -> [String: String] {
        var owners: [String: [(key: String, structure: Structure)]] = [:]
        for package in schema.packages where hasViews(package) {
            for structure in package.structures where !structure.isPart {
                owners[structure.shortName, default: []].append((package.key, structure))
            }
        }
        var names: [String: String] = [:]
        for (name, candidates) in owners {
            let ordered = candidates.sorted { (precedence($0.key), $0.structure.name) < (precedence($1.key), $1.structure.name) }
            for (position, candidate) in ordered.enumerated() {
                names[candidate.structure.name] = position == 0 && !taken.contains(name) ? name : prefix(candidate.key) + name
            }
        }
        return names
    }

    private static func precedence(_ key: String) -> Int {
        switch key {
        case "core_v1": 0
        case "meta_v1": 1
        case "rbac_v1", "authentication_v1", "autoscaling_v2": 2
        default: 5
        }
    }

    private static func prefix(_ key: String) -> String {
        if key == "autoscaling_v1" { return "AutoscalingV1" }
        let group = key.prefix { $0 != "_" }
        return group.prefix(1).uppercased() + group.dropFirst()
    }

    // MARK: Views

    private func view(_ name: String, _ structure: Structure, _ package: Schema.Package) -> String {
        let kind = GroupVersionKind(group: package.group, version: package.version, kind: structure.shortName)
        let resource = structure[field: "metadata"] == nil ? nil : schema.resource(of: kind)
        let isKind = package.kinds.contains(kind)
        var lines = ["package struct \(name): \(resource == nil ? "View" : "Kind") {", "    package var raw: Value"]
        lines.append("    package init(_ raw: Value) { self.raw = raw }")
        if let resource {
            lines.append(
                "    package static let descriptor = KindDescriptor(group: \"\(kind.group)\", version: \"\(kind.version)\", kind: \"\(kind.kind)\", "
                    + "resource: \"\(resource.resource.resource)\", isNamespaced: \(resource.isNamespaced))")
        }
        for field in structure.fields.sorted(by: { $0.name < $1.name })
        where !isKind || (field.name != "apiVersion" && field.name != "kind") {
            lines.append("    " + property(field))
        }
        return lines.joined(separator: "\n") + "\n}"
    }

    private func property(_ field: Field) -> String {
        let key = "\"\(field.name)\""
        let head = "package var \(Self.identifier(field.name))"
        func simple(_ type: String, _ reader: String) -> String {
            "\(head): \(type) { get { raw.\(reader)(\(key)) } set { raw.set(\(key), newValue) } }"
        }
        func number(_ type: String, _ reader: String, _ zero: String) -> String {
            field.isRequired
                ? "\(head): \(type) { get { raw.\(reader)(\(key)) ?? \(zero) } set { raw.set(\(key), newValue) } }"
                : simple("\(type)?", reader)
        }
        switch field.shape {
        case .scalar(.string), .scalar(.bytes), .scalar(.quantity), .scalar(.time), .scalar(.microTime),
            .scalar(.duration):
            return "\(head): String { get { raw.text(\(key)) } set { raw.set(\(key), newValue, keepsEmpty: \(field.isRequired)) } }"
        case .scalar(.int32), .scalar(.int64): return number("Int", "integer", "0")
        case .scalar(.double): return number("Double", "fraction", "0")
        case .scalar(.bool): return number("Bool", "flag", "false")
        case .scalar(.intOrString), .any: return "\(head): Value? { get { raw[\(key)] } _modify { yield &raw[\(key)] } }"
        case .structure(let structure):
            let type = names[structure.name] ?? structure.shortName
            if field.isRequired || ["spec", "status", "metadata", "template"].contains(field.name) {
                return "\(head): \(type) { get { raw.view(\(key)) } _modify { var view: \(type) = raw.takeView(\(key)); "
                    + "defer { raw.put(\(key), view) }; yield &view } }"
            }
            return "\(head): \(type)? { get { raw.optionalView(\(key)) } _modify { var view: \(type)? = raw.takeOptionalView(\(key)); "
                + "defer { raw.put(\(key), value: view?.raw) }; yield &view } }"
        case .list(.structure(let structure), _):
            let type = "ViewList<\(names[structure.name] ?? structure.shortName)>"
            return "\(head): \(type) { get { raw.viewList(\(key)) } _modify { var list: \(type) = raw.takeViewList(\(key)); "
                + "defer { raw.put(\(key), list) }; yield &list } }"
        case .list(.scalar(.int32), _), .list(.scalar(.int64), _): return simple("[Int]", "integers")
        case .list(.scalar(.string), _), .list(.scalar(.bytes), _), .list(.scalar(.quantity), _): return simple("[String]", "strings")
        case .list:
            return "\(head): [Value] { get { raw[\(key)]?.array ?? [] } set { raw[\(key)] = newValue.isEmpty ? nil : .array(newValue) } }"
        case .map(.structure(let structure), _): return simple("[String: \(names[structure.name] ?? structure.shortName)]", "viewMap")
        case .map(.scalar(.string), _), .map(.scalar(.quantity), _), .map(.scalar(.bytes), _), .map(.scalar(.time), _):
            return simple("[String: String]", "stringMap")
        case .map: return "\(head): Value? { get { raw[\(key)] } _modify { yield &raw[\(key)] } }"
        }
    }

    private static let keywords: Set<String> = [
        "default", "operator", "in", "protocol", "continue", "static", "self", "extension", "internal", "case", "is", "as", "for", "where",
        "return",
        "switch", "throw", "repeat", "public", "private", "import", "func", "class", "struct", "enum", "var", "let", "if", "else", "while",
        "do",
        "break", "init", "defer", "guard", "true", "false", "nil", "rethrows", "super", "subscript", "throws", "try", "catch", "inout",
        "fallthrough", "typealias", "associatedtype", "deinit",
    ]

    /// The Swift name of a field: without `$`, dashed words in camel case, keywords quoted.
    static func identifier(_ field: String) -> String {
        var name = field.filter { $0 != "$" }
        if name.contains("-") {
            let words = name.split(separator: "-")
            name = words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        }
        return keywords.contains(name) ? "`\(name)`" : name
    }
}
