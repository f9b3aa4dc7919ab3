import CLibYAML
import Values

/// Reads YAML into values, the way Kubernetes reads manifests: YAML 1.1 scalars, string keys, anchors and merge keys, with
/// bounds that make alias bombs and deep nesting errors.
package struct YAMLParser {
    /// Limits on outside text.
    package struct Limits: Sendable {
        /// How deep collections may nest.
        package var depth = 500
        /// How many values a document may hold once its aliases are expanded.
        package var values = 1_000_000
        /// How many bytes of text aliases may repeat.
        package var repeatedBytes = 16 * 1024 * 1024
        package init(depth: Int = 500, values: Int = 1_000_000) {
            self.depth = depth
            self.values = values
        }
    }

    private static let duplicateLimit = 100
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let limits: Limits
    /// What a name stands for: the value with how many values, levels and bytes of text it has.
    private struct Anchor {
        let value: Value
        let count: Int
        let height: Int
        let bytes: Int
    }

    private var anchors: [String: Anchor] = [:]
    private var count = 0
    private var duplicates: [YAMLError]?
    /// The line on which the last event began, from 1.
    private var line = 1
    /// Text read so far, aliases expanded.
    private var bytes = 0
    /// That part of it which aliases repeated.
    private var repeatedBytes = 0
    /// The deepest level reached since the innermost anchor that is being read began.
    private var deepest = 0

    /// The first document of a text; an empty text is null. Throws `YAMLError`.
    package static func parse(_ bytes: [UInt8], limits: Limits = Limits()) throws -> Value {
        try documents(bytes, limits: limits, atMost: 1).first ?? .null
    }

    package static func parse(_ text: String, limits: Limits = Limits()) throws -> Value { try parse(Array(text.utf8), limits: limits) }

    /// The first document of a text in which keys may stand twice: the last counts, and each such key is told, up to a hundred.
    /// Throws `YAMLError` for anything else.
    package static func parseNotingDuplicates(_ bytes: [UInt8], limits: Limits = Limits()) throws -> (Value, duplicates: [YAMLError]) {
        var duplicates: [YAMLError]? = []
        let value = try documents(bytes, limits: limits, atMost: 1, notingIn: &duplicates).first ?? .null
        return (value, duplicates ?? [])
    }

    /// Every document of a text. Throws `YAMLError`.
    package static func documents(_ bytes: [UInt8], limits: Limits = Limits(), atMost: Int = .max) throws -> [Value] {
        var duplicates: [YAMLError]?
        return try documents(bytes, limits: limits, atMost: atMost, notingIn: &duplicates)
    }

    /// With `duplicates` nil a key that stands twice is an error.
    private static func documents(
        _ bytes: [UInt8], limits: Limits, atMost: Int, notingIn duplicates: inout [YAMLError]?
    ) throws -> [Value] {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { parser.deallocate() }
        guard yaml_parser_initialize(parser) == 1 else { throw YAMLError(line: 1, problem: "out of memory") }
        defer { yaml_parser_delete(parser) }
        return try bytes.withUnsafeBufferPointer { text in
            yaml_parser_set_input_string(parser, text.baseAddress, text.count)
            var reader = YAMLParser(parser: parser, limits: limits)
            reader.duplicates = duplicates
            defer { duplicates = reader.duplicates }
            return try reader.stream(atMost: atMost)
        }
    }

    private init(parser: UnsafeMutablePointer<yaml_parser_t>, limits: Limits) {
        self.parser = parser
        self.limits = limits
    }

    /// One step of the parser, copied out of libyaml's memory.
    private enum Event {
        case streamStart, streamEnd, documentStart, documentEnd, mappingEnd, sequenceEnd
        case alias(String)
        case scalar(String, isPlain: Bool, tag: String, anchor: String)
        case sequenceStart(anchor: String)
        case mappingStart(anchor: String)
    }

    private mutating func next() throws -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            let state = parser.pointee
            let problem = state.problem.map { String(cString: $0) } ?? "cannot be read"
            throw YAMLError(line: Int(state.problem_mark.line) + 1, problem: problem)
        }
        defer { yaml_event_delete(&event) }
        line = Int(event.start_mark.line) + 1
        func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String { pointer.map { String(cString: $0) } ?? "" }
        switch event.type {
        case YAML_STREAM_START_EVENT: return .streamStart
        case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return .streamEnd
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_DOCUMENT_END_EVENT: return .documentEnd
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor))
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let content = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            return .scalar(
                String(decoding: content, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE, tag: text(scalar.tag),
                anchor: text(scalar.anchor))
        case YAML_SEQUENCE_START_EVENT: return .sequenceStart(anchor: text(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT: return .mappingStart(anchor: text(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: throw failure("unknown event")
        }
    }

    private func failure(_ problem: String) -> YAMLError {
        YAMLError(line: Int(parser.pointee.mark.line) + 1, problem: problem)
    }

    private mutating func stream(atMost limit: Int) throws -> [Value] {
        var documents: [Value] = []
        while true {
            switch try next() {
            case .streamEnd: return documents
            case .documentStart:
                anchors = [:]
                documents.append(try value(after: next(), depth: 0))
                if documents.count == limit { return documents }
            default: continue
            }
        }
    }

    private mutating func value(after event: Event, depth: Int) throws -> Value {
        guard depth < limits.depth else { throw failure("nested deeper than \(limits.depth)") }
        count += 1
        guard count <= limits.values else { throw failure("more than \(limits.values) values, aliases expanded") }
        let start = Start(count: count, bytes: bytes, depth: depth, outerDeepest: deepest)
        deepest = depth
        defer { deepest = max(deepest, start.outerDeepest) }
        switch event {
        case .alias(let name):
            guard let known = anchors[name] else { throw failure("unknown anchor '\(name)' referenced") }
            count += known.count
            guard count <= limits.values else { throw failure("more than \(limits.values) values, aliases expanded") }
            bytes += known.bytes
            repeatedBytes += known.bytes
            guard repeatedBytes <= limits.repeatedBytes else {
                throw failure("aliases repeat more than \(limits.repeatedBytes) bytes")
            }
            deepest = depth + known.height
            guard deepest < limits.depth else { throw failure("nested deeper than \(limits.depth), aliases expanded") }
            return known.value
        case .scalar(let text, let isPlain, let tag, let anchor):
            bytes += text.utf8.count
            let isText = !isPlain && tag.isEmpty || tag == "!" || tag.hasSuffix(":str") || tag.hasSuffix(":binary")
            return note(isText ? .string(text) : YAMLScalar.value(of: text), anchor, since: start)
        case .sequenceStart(let anchor):
            var items: [Value] = []
            while true {
                let item = try next()
                if case .sequenceEnd = item { return note(.array(items), anchor, since: start) }
                items.append(try value(after: item, depth: depth + 1))
            }
        case .mappingStart(let anchor):
            return note(.object(try mapping(depth: depth)), anchor, since: start)
        default: throw failure("unexpected structure")
        }
    }

    private mutating func mapping(depth: Int) throws -> Object {
        var result = Object()
        var merged: [Object] = []
        while true {
            let event = try next()
            if case .mappingEnd = event { break }
            guard case .scalar(let key, let isPlain, _, _) = event else { throw failure("a mapping key must be a scalar") }
            let keyLine = line
            let member = try value(after: next(), depth: depth + 1)
            if isPlain, key == "<<" {
                for source in member.array ?? [member] {
                    guard let object = source.object else { throw failure("map merge requires map or sequence of maps as the value") }
                    merged.append(object)
                }
                continue
            }
            bytes += key.utf8.count
            guard result.position(of: key) == nil else {
                let error = YAMLError(line: keyLine, problem: "key \"\(key)\" already set in map")
                guard let known = duplicates?.count else { throw error }
                if known < Self.duplicateLimit { duplicates?.append(error) }
                result[key] = member
                continue
            }
            result.append(key, member)
        }
        for object in merged {
            for member in object where result.position(of: member.key) == nil { result.append(member.key, member.value) }
        }
        return result
    }

    /// Where a value began.
    private struct Start {
        let count: Int
        let bytes: Int
        let depth: Int
        let outerDeepest: Int
    }

    private mutating func note(_ value: Value, _ anchor: String, since start: Start) -> Value {
        if !anchor.isEmpty {
            anchors[anchor] = Anchor(
                value: value, count: count - start.count + 1, height: deepest - start.depth, bytes: bytes - start.bytes)
        }
        return value
    }
}
