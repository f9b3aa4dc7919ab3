import Core
import JSON
import Values

/// Reads schema texts into a schema. Two passes: the first names every type, so that the second can refer to any.
package struct SchemaTextParser {
    /// A declaration as it stands in the text, before inlined types are flattened.
    private struct Declaration {
        enum Entry {
            case field(Field)
            case inline(Structure, number: Int)
        }
        let structure: Structure
        let isKind: Bool
        var entries: [Entry] = []
        var unions: [Union] = []
        var resource: ResourceSchema?
    }

    private static let allVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"]

    private var structures: [Substring: Structure] = [:]
    private var declarations: [ObjectIdentifier: Declaration] = [:]
    private var groups: [Substring: (group: String, version: String)] = [:]

    /// The schema that the texts declare together. Throws `SchemaTextError`.
    package static func parse(_ texts: [SchemaText]) throws -> Schema {
        var parser = SchemaTextParser()
        return try parser.schema(texts)
    }

    private mutating func schema(_ texts: [SchemaText]) throws -> Schema {
        var packages: [Schema.Package] = []
        for text in texts { packages.append(try names(in: text)) }
        for (text, package) in zip(texts, packages) { try bodies(in: text, package) }

        var resources: [ResourceSchema] = []
        var kinds: [GroupVersionKind: Structure] = [:]
        for position in packages.indices {
            for structure in packages[position].structures {
                guard let declaration = declarations[ObjectIdentifier(structure)] else { continue }
                structure.define(flattened(declaration), unions: declaration.unions)
                if let resource = declaration.resource { resources.append(resource) }
                guard declaration.isKind else { continue }
                let kind = GroupVersionKind(
                    group: packages[position].group, version: packages[position].version, kind: structure.shortName)
                kinds[kind] = structure
                packages[position].kinds.append(kind)
            }
        }
        return Schema(packages: packages, resources: resources, kinds: kinds)
    }

    private func eachLine(_ text: SchemaText, _ body: (inout SchemaTextLine) throws -> Void) throws {
        try text.text.withUnsafeBufferPointer { bytes in
            var start = 0
            var number = 1
            while start < bytes.count {
                var end = start
                while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
                if var line = SchemaTextLine(bytes, from: start, to: end, number: number) {
                    do { try body(&line) } catch let problem as SchemaTextLine.Problem {
                        throw SchemaTextError(key: text.key, line: number, problem: problem.text)
                    }
                }
                start = end + 1
                number += 1
            }
        }
    }

    // MARK: First pass

    private mutating func names(in text: SchemaText) throws -> Schema.Package {
        var package = Schema.Package(key: text.key, name: "", group: "", version: "", structures: [], kinds: [])
        var structures = self.structures
        try eachLine(text) { line in
            guard !line.isIndented else { return }
            let word = try line.expect("a declaration")
            switch word {
            case "package":
                package.name = String(try line.expect("a package name"))
                guard line.take("group") else { throw SchemaTextLine.Problem(text: "expected 'group'") }
                package.group = String(try line.expect("a group").filter { $0 != "\"" })
                guard line.take("version") else { throw SchemaTextLine.Problem(text: "expected 'version'") }
                package.version = String(try line.expect("a version"))
            case "kind", "type":
                let name = try line.expect("a name")
                let isAtomic = line.take("atomic")
                let isPart = line.take("part")
                guard line.next() == nil else { throw SchemaTextLine.Problem(text: "text after the name") }
                let structure = Structure(name: "\(package.name).\(name)", kind: isAtomic ? .atomic : .granular, isPart: isPart)
                guard structures.updateValue(structure, forKey: "\(text.key).\(name)") == nil else {
                    throw SchemaTextLine.Problem(text: "\(name) stands twice")
                }
                package.structures.append(structure)
            default: throw SchemaTextLine.Problem(text: "unknown declaration '\(word)'")
            }
        }
        self.structures = structures
        groups[Substring(text.key)] = (package.group, package.version)
        return package
    }

    // MARK: Second pass

    private mutating func bodies(in text: SchemaText, _ package: Schema.Package) throws {
        var remaining = package.structures[...]
        var current: Declaration?
        var finished: [Declaration] = []
        let key = Substring(text.key)
        try eachLine(text) { line in
            if !line.isIndented {
                guard let word = line.next(), word != "package", let structure = remaining.popFirst() else { return }
                if let current { finished.append(current) }
                current = Declaration(structure: structure, isKind: word == "kind")
                if word == "kind" {
                    for name in ["kind", "apiVersion"] { current?.entries.append(.field(Field(name: name, shape: .scalar(.string)))) }
                }
                return
            }
            guard let structure = current?.structure, let word = line.next() else {
                throw SchemaTextLine.Problem(text: "a line outside a declaration")
            }
            if let number = Int(word) {
                try current?.entries.append(entry(number, &line, key))
                return
            }
            switch word {
            case "resource": current?.resource = try resource(&line, package, structure)
            case "verbs": current?.resource?.verbs = list(try line.expect("verbs"))
            case "selectable": current?.resource?.selectableFields = list(try line.expect("fields"))
            case "subresource": try current?.resource?.subresources.append(subresource(&line, key))
            case "column": try current?.resource?.columns.append(column(&line))
            case "union": try current?.unions.append(union(&line))
            default: throw SchemaTextLine.Problem(text: "unknown word '\(word)'")
            }
        }
        if let current { finished.append(current) }
        for declaration in finished { declarations[ObjectIdentifier(declaration.structure)] = declaration }
    }

    private func entry(_ number: Int, _ line: inout SchemaTextLine, _ key: Substring) throws -> Declaration.Entry {
        let name = try line.expect("a field name")
        if name == "inline" {
            let type = try line.expect("a type")
            return .inline(try structure(type, key), number: number)
        }
        return .field(try field(number, String(name), &line, key))
    }

    /// The fields of a declaration with those of inlined types in their place.
    private func flattened(_ declaration: Declaration) -> [Field] {
        declaration.entries.flatMap { entry -> [Field] in
            switch entry {
            case .field(let field): return [field]
            case .inline(let structure, let number):
                guard let inner = declarations[ObjectIdentifier(structure)] else { return [] }
                return flattened(inner).map { field in
                    var field = field
                    field.envelope.insert(number, at: 0)
                    return field
                }
            }
        }
    }

    private func list(_ word: Substring) -> [String] { word.split(separator: ",").map(String.init) }

    private func structure(_ name: Substring, _ key: Substring) throws(SchemaTextLine.Problem) -> Structure {
        let full = name.contains(".") ? name : "\(key).\(name)"
        guard let structure = structures[full] else { throw SchemaTextLine.Problem(text: "unknown type \(name)") }
        return structure
    }
}

// MARK: - Resources

extension SchemaTextParser {
    private func resource(
        _ line: inout SchemaTextLine, _ package: Schema.Package, _ structure: Structure
    ) throws -> ResourceSchema {
        let plural = String(try line.expect("the plural"))
        let singular = String(try line.expect("the singular"))
        let scope = try line.expect("the scope")
        guard scope == "namespaced" || scope == "cluster" else { throw SchemaTextLine.Problem(text: "unknown scope '\(scope)'") }
        var resource = ResourceSchema(
            resource: GroupVersionResource(group: package.group, version: package.version, resource: plural),
            kind: GroupVersionKind(group: package.group, version: package.version, kind: structure.shortName),
            singular: singular, isNamespaced: scope == "namespaced", verbs: Self.allVerbs, structure: structure)
        while let word = line.next() {
            switch word {
            case "shortnames": resource.shortNames = list(try line.expect("short names"))
            case "categories": resource.categories = list(try line.expect("categories"))
            default: throw SchemaTextLine.Problem(text: "unknown word '\(word)'")
            }
        }
        return resource
    }

    private func subresource(_ line: inout SchemaTextLine, _ key: Substring) throws -> ResourceSchema.Subresource {
        let name = String(try line.expect("a name"))
        let type = try line.expect("a kind")
        let structure = try structure(type, key)
        let home = type.lastIndex(of: ".").map { type[..<$0] } ?? key
        let group = groups[home]
        return ResourceSchema.Subresource(
            name: name,
            kind: GroupVersionKind(group: group?.group ?? "", version: group?.version ?? "", kind: structure.shortName),
            verbs: list(try line.expect("verbs")))
    }

    private func column(_ line: inout SchemaTextLine) throws -> ResourceSchema.Column {
        let name = try line.expect("a name").filter { $0 != "\"" }
        var column = ResourceSchema.Column(name: name, type: String(try line.expect("a type")))
        while let word = line.next() {
            if word == "priority" {
                column.priority = Int(try line.expect("a number")) ?? 0
            } else if word.first == "." {
                column.path = String(word)
            } else {
                column.format = String(word)
            }
        }
        return column
    }

    private func union(_ line: inout SchemaTextLine) throws -> Union {
        let discriminator = try line.expect("a field or -")
        let members = try line.expect("members").split(separator: ",").map { member -> Union.Member in
            let parts = member.split(separator: "=")
            guard parts.count == 2 else { throw SchemaTextLine.Problem(text: "expected field=value") }
            return Union.Member(field: String(parts[0]), value: String(parts[1]))
        }
        return Union(discriminator: discriminator == "-" ? "" : String(discriminator), members: members)
    }
}

// MARK: - Fields

extension SchemaTextParser {
    private func field(_ number: Int, _ name: String, _ line: inout SchemaTextLine, _ key: Substring) throws -> Field {
        var type = try line.expect("a type")
        let hasPresence = type.last == "?"
        if hasPresence { type.removeLast() }
        var field = Field(name: name, shape: .any)
        field.number = number
        field.hasPresence = hasPresence
        var listKind = ListKind.atomic
        var mapKind: MapKind?
        while let word = line.next() {
            switch word {
            case "=": field.defaultValue = try defaultValue(try line.expect("a default"))
            case "published": field.publishesDefault = true
            case "required": field.isRequired = true
            case "always": field.keepsEmpty = true
            case "immutable": field.isImmutable = true
            case "min": field.minimum = Double(try line.expect("a number"))
            case "max": field.maximum = Double(try line.expect("a number"))
            case "set": listKind = .set
            case "atomic": (listKind, mapKind) = (.atomic, .atomic)
            case "granular": mapKind = .granular
            default:
                guard let open = word.firstIndex(of: "("), word.last == ")" else {
                    throw SchemaTextLine.Problem(text: "unknown fact '\(word)'")
                }
                let arguments = list(word[word.index(after: open)...].dropLast())
                switch word[..<open] {
                case "map": listKind = .map(keys: arguments)
                case "enum": field.enumeration = arguments.map { $0 == "\"\"" ? "" : $0 }
                case "patch":
                    for argument in arguments {
                        switch argument {
                        case "merge": field.patch.merges = true
                        case "retainKeys": field.patch.retainsKeys = true
                        case "replace": field.patch.replaces = true
                        default:
                            guard argument.hasPrefix("key=") else { throw SchemaTextLine.Problem(text: "unknown strategy '\(argument)'") }
                            field.patch.mergeKey = String(argument.dropFirst(4))
                        }
                    }
                default: throw SchemaTextLine.Problem(text: "unknown fact '\(word)'")
                }
            }
        }
        field.shape = try shape(type, key, listKind, mapKind, &field)
        return field
    }

    private func defaultValue(_ word: Substring) throws -> Value {
        do { return try JSONParser.parse(String(word)) } catch {
            throw SchemaTextLine.Problem(text: "a default that is not JSON: \(error)")
        }
    }

    private func shape(
        _ type: Substring, _ key: Substring, _ listKind: ListKind, _ mapKind: MapKind?, _ field: inout Field
    ) throws(SchemaTextLine.Problem) -> Shape {
        if type.first == "[" {
            let inner = type.dropFirst().dropLast()
            if inner.hasPrefix("string: ") {
                return .map(try shape(inner.dropFirst(8), key, .atomic, nil, &field), mapKind ?? .granular)
            }
            return .list(try shape(inner, key, .atomic, nil, &field), listKind)
        }
        if let scalar = Scalar(rawValue: String(type)) { return .scalar(scalar) }
        if type.hasPrefix("any<") {
            field.definition = String(type.dropFirst(4).dropLast())
            return .any
        }
        let structure = try structure(type, key)
        guard let mapKind, structure.kind != mapKind else { return .structure(structure) }
        return .structure(structure.regarded(as: mapKind))
    }
}
