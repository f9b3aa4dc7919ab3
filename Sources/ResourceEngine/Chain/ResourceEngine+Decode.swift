import Core
import JSON
import KubernetesAPI
import SchemaEngine
import Values

/// An object of a request in canonical form with its defaults, and what its reading gave cause to say.
package struct DecodedBody: Sendable {
    package var object: Value
    package var warnings: [String]
    /// The object as it was decoded, where that is the form in which it is stored: what is still the same of it later is known to be in
    /// canonical form.
    package var canonical: Value?
}

extension ResourceEngine {
    /// Decodes a request's object as the resource's kind, by its field validation, and fills in defaults.
    func decode(
        _ body: APIRequest.Body, _ schema: ResourceSchema, _ hooks: any ResourceHooks, _ request: APIRequest
    ) throws -> DecodedBody {
        let (value, duplicates) = try read(body, schema.kind)
        return try decode(value, duplicates: duplicates, schema, hooks, request)
    }

    /// The same for a value: what a patch made of `known`, an object in canonical form.
    func decode(
        _ value: Value, duplicates: [String] = [], _ schema: ResourceSchema, _ hooks: any ResourceHooks, _ request: APIRequest,
        known: Value? = nil
    ) throws -> DecodedBody {
        let kind = schema.kind
        let given = value["kind"]?.string ?? ""
        let apiVersion = value["apiVersion"]?.string ?? ""
        guard given.isEmpty || given == kind.kind, apiVersion.isEmpty || apiVersion == kind.apiVersion else {
            let other = GroupVersionKind(
                apiVersion: apiVersion.isEmpty ? kind.apiVersion : apiVersion, kind: given.isEmpty ? kind.kind : given)
            throw Self.unhandled(other, as: kind)
        }
        let validation = FieldValidation(rawValue: request.options.fieldValidation) ?? .warn
        if let custom = schema.custom {
            var body = try decode(value, custom, schema, duplicates, validation)
            Self.keepReset(value, &body.object)
            return body
        }
        var decoded = try ObjectDecoder.decode(
            value, kind: kind, as: schema.structure, duplicates: duplicates, fieldValidation: validation, keepsEmptyLists: true,
            known: known)
        decoded.value["kind"] = .string(kind.kind)
        decoded.value["apiVersion"] = .string(kind.apiVersion)
        if decoded.value["metadata"]?.object == nil { decoded.value["metadata"] = .object(Object()) }
        do {
            decoded = try defaulter.applied(to: decoded, as: schema.structure, before: known)
        } catch {
            throw APIError.internalError("the defaults of a \(kind.kind) are wrong: \(error)")
        }
        var object = decoded.value
        hooks.applyDefaults(&object, HookContext(cluster: cluster, schema: schema, now: cluster.clock.now, request: request))
        Self.keepReset(value, &object)
        return DecodedBody(object: object, warnings: decoded.warnings, canonical: decoded.hasKeptEmptyLists ? nil : decoded.value)
    }

    /// Who sends an empty list of managed fields wants owners forgotten, as with one empty entry, which decoding does not leave out.
    private static func keepReset(_ given: Value, _ decoded: inout Value) {
        guard given.meta("managedFields")?.array?.isEmpty == true else { return }
        decoded.setMeta("managedFields", [.object(Object())])
    }

    /// The same for a custom resource, whose schema has the defaults.
    private func decode(
        _ value: Value, _ custom: CustomResourceForm, _ schema: ResourceSchema, _ duplicates: [String], _ validation: FieldValidation
    ) throws -> DecodedBody {
        let kind = schema.kind
        var value = value
        value["kind"] = .string(kind.kind)
        value["apiVersion"] = .string(kind.apiVersion)
        if value["metadata"]?.object == nil, value["metadata"]?.isNull ?? true { value["metadata"] = .object(Object()) }
        let (object, warnings) = try custom.decode(value, kind: kind, duplicates: duplicates, fieldValidation: validation)
        return DecodedBody(object: object, warnings: warnings)
    }

    /// The body of a request for a subresource with a kind of its own (Binding, Eviction, TokenRequest). Other versions of the kind are
    /// read as this one, which they do not differ from.
    func decodePart(_ body: APIRequest.Body, _ kind: GroupVersionKind, _ request: APIRequest) throws -> DecodedBody {
        let (value, duplicates) = try read(body, kind)
        guard let structure = BuiltInSchema.shared.structure(of: kind) else { return DecodedBody(object: value, warnings: []) }
        let given = value["kind"]?.string ?? ""
        let apiVersion = value["apiVersion"]?.string ?? ""
        let named = GroupVersionKind(apiVersion: apiVersion.isEmpty ? kind.apiVersion : apiVersion, kind: given.isEmpty ? kind.kind : given)
        guard named.kind == kind.kind, named.group == kind.group else { throw Self.unhandled(named, as: kind) }
        let validation = FieldValidation(rawValue: request.options.fieldValidation) ?? .warn
        var decoded = try ObjectDecoder.decode(
            value, kind: kind, as: structure, duplicates: duplicates, fieldValidation: validation)
        decoded.value["kind"] = .string(kind.kind)
        decoded.value["apiVersion"] = .string(kind.apiVersion)
        return DecodedBody(object: decoded.value, warnings: decoded.warnings)
    }

    /// What Go says of text that is no JSON; of what does not even begin as such it names the character.
    static func problem(_ error: JSONError, _ bytes: [UInt8]) -> String {
        let space = Set(" \t\r\n".utf8)
        guard let first = bytes.firstIndex(where: { !space.contains($0) }), error.offset == first, bytes[first] < 0x80,
            !"{[\"-0123456789tfn".utf8.contains(bytes[first])
        else { return error.problem }
        let character = Character(Unicode.Scalar(bytes[first]))
        return "invalid character '\(character)' looking for beginning of value"
    }

    /// The body is of another kind than its path, or of one that nobody knows.
    private static func unhandled(_ other: GroupVersionKind, as kind: GroupVersionKind) -> APIError {
        let target = kind.group.isEmpty ? "core" : String(kind.group.prefix { $0 != "." })
        let why =
            BuiltInSchema.shared.structure(of: other) == nil
            ? "no kind \"\(other.kind)\" is registered for version \"\(other.apiVersion)\" in scheme \"pkg/api/legacyscheme/scheme.go:30\""
            : "converting (\(other.version).\(other.kind)) to (\(target).\(kind.kind)): unknown conversion"
        return .badRequest("\(other.kind) in version \"\(other.version)\" cannot be handled as a \(kind.kind): \(why)")
    }

    /// The value of a body, and what is to be said of the fields that stand in it twice.
    func read(_ body: APIRequest.Body, _ kind: GroupVersionKind) throws -> (value: Value, duplicates: [String]) {
        switch body {
        case .value(let value, let duplicates): return (value, duplicates)
        case .none: return (.object(Object()), [])
        case .bytes(let bytes, let contentType):
            guard contentType.isEmpty || contentType == "application/json" || contentType.hasSuffix("+json") else {
                throw APIError.unsupportedMediaType(
                    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, "
                        + "application/vnd.kubernetes.protobuf")
            }
            do {
                let (value, duplicates) = try JSONParser.parseNotingDuplicates(bytes)
                return (value, duplicates.map { "duplicate field \"\($0)\"" })
            } catch let error as JSONError {
                let text = bytes.isEmpty ? "<empty>" : String(decoding: bytes.prefix(1024), as: UTF8.self)
                throw APIError.badRequest(
                    "the object provided is unrecognized (must be of type \(kind.kind)): couldn't get version/kind; json parse error: "
                        + "\(Self.problem(error, bytes)) (\(text))")
            }
        }
    }
}

extension ResourceSchema {
    /// The object in canonical form after the server has changed it; `known` is one in canonical form that it was made from.
    func canonical(_ object: Value, known: Value? = nil) throws -> Value {
        do {
            var result = try custom?.canonical(object) ?? ObjectDecoder.decode(object, as: structure, known: known).value
            result["kind"] = .string(kind.kind)
            result["apiVersion"] = .string(kind.apiVersion)
            return result
        } catch {
            throw APIError.internalError("the \(kind.kind) is malformed after admission: \(error)")
        }
    }
}
