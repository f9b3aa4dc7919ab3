import Core
import Values

/// Who owns which fields of an object: `metadata.managedFields` in a form to work with.
package struct ManagedFields: Sendable, Equatable {
    package enum Operation: String, Sendable, Hashable {
        case apply = "Apply"
        case update = "Update"
    }

    /// What tells entries apart. An applier is the same one whatever version it applies; an updater is one a version.
    package struct Manager: Hashable, Sendable {
        package var name: String
        package var operation: Operation
        /// Empty for appliers.
        package var apiVersion: String
        package var subresource: String

        package init(name: String, operation: Operation, apiVersion: String, subresource: String) {
            self.name = name
            self.operation = operation
            self.apiVersion = operation == .apply ? "" : apiVersion
            self.subresource = subresource
        }
    }

    package struct Entry: Sendable, Equatable {
        package var apiVersion: String
        /// RFC 3339; nil where an entry came without a time.
        package var time: String?
        package var fields: FieldSet { didSet { written = nil } }
        /// The form the fields were read from, which is taken over as long as they stay as they are.
        private var written: Value?

        package init(apiVersion: String, time: String?, fields: FieldSet) {
            self.apiVersion = apiVersion
            self.time = time
            self.fields = fields
        }

        init(apiVersion: String, time: String?, fieldsV1: Value, isOwn: Bool) {
            self.init(apiVersion: apiVersion, time: time, fields: FieldSet(fieldsV1: fieldsV1))
            if isOwn { written = fieldsV1 }
        }

        var fieldsV1: Value { written ?? fields.fieldsV1 }

        package static func == (left: Self, right: Self) -> Bool {
            left.apiVersion == right.apiVersion && left.time == right.time && left.fields == right.fields
        }
    }

    package var entries: [Manager: Entry] = [:]

    package init() {}

    package var isEmpty: Bool { entries.isEmpty }

    /// Reads a `managedFields` list; `isOwn` says that it was written here, so that what does not change can be written as it is.
    /// Throws `FieldError` with upstream's text when an entry cannot be one.
    package init(decoding list: Value?, isOwn: Bool = false) throws {
        for (position, entry) in (list?.array ?? []).enumerated() {
            guard let operation = Operation(rawValue: entry["operation"]?.string ?? "") else {
                throw FieldError("operation must be `Apply` or `Update`")
            }
            let apiVersion = entry["apiVersion"]?.string ?? ""
            guard !apiVersion.isEmpty else { throw FieldError("apiVersion must not be empty") }
            switch entry["fieldsType"]?.string ?? "" {
            case "FieldsV1": break
            case "": throw FieldError("missing fieldsType in managed fields entry \(position)")
            case let other: throw FieldError("invalid fieldsType \"\(other)\" in managed fields entry \(position)")
            }
            let manager = Manager(
                name: entry["manager"]?.string ?? "", operation: operation, apiVersion: apiVersion,
                subresource: entry["subresource"]?.string ?? "")
            entries[manager] = Entry(
                apiVersion: apiVersion, time: entry["time"]?.string, fieldsV1: entry["fieldsV1"] ?? .object(Object()), isOwn: isOwn)
        }
    }

    /// The list as it stands in metadata: appliers before updaters, then by time and name; nil when there is none.
    package var encoded: Value? {
        guard !entries.isEmpty else { return nil }
        func seconds(_ time: String?) -> Int64 { time.flatMap { Timestamp(rfc3339: $0)?.seconds } ?? 0 }
        let sorted = entries.sorted { left, right in
            if left.key.operation != right.key.operation { return left.key.operation == .apply }
            let (a, b) = (seconds(left.value.time), seconds(right.value.time))
            if a != b { return a < b }
            return (left.key.name, left.value.apiVersion, left.key.subresource) < (
                right.key.name, right.value.apiVersion, right.key.subresource
            )
        }
        return .array(
            sorted.map { manager, entry in
                var result = Object()
                if !manager.name.isEmpty { result.append("manager", .string(manager.name)) }
                result.append("operation", .string(manager.operation.rawValue))
                result.append("apiVersion", .string(entry.apiVersion))
                if let time = entry.time { result.append("time", .string(time)) }
                result.append("fieldsType", "FieldsV1")
                result.append("fieldsV1", entry.fieldsV1)
                if !manager.subresource.isEmpty { result.append("subresource", .string(manager.subresource)) }
                return .object(result)
            })
    }

    /// How many entries of updaters an object keeps.
    package static let updaterLimit = 10

    /// Folds the oldest updaters of each version into one "ancient-changes" until no more than `updaterLimit` are left.
    package mutating func capUpdaters() {
        var updaters = entries.filter { $0.key.operation == .update }.map { (manager: $0.key, entry: $0.value) }
        guard updaters.count > Self.updaterLimit else { return }
        func seconds(_ time: String?) -> Int64 { time.flatMap { Timestamp(rfc3339: $0)?.seconds } ?? 0 }
        updaters.sort { left, right in
            let (a, b) = (seconds(left.entry.time), seconds(right.entry.time))
            if a != b { return a < b }
            return (left.manager.name, left.manager.apiVersion, left.manager.subresource)
                < (right.manager.name, right.manager.apiVersion, right.manager.subresource)
        }
        var first: [String: Manager] = [:]
        var count = updaters.count
        for (manager, entry) in updaters where count > Self.updaterLimit {
            guard let earliest = first[entry.apiVersion] else {
                first[entry.apiVersion] = manager
                continue
            }
            let bucket = Manager(name: "ancient-changes", operation: .update, apiVersion: entry.apiVersion, subresource: "")
            if entries[bucket] == nil { entries[bucket] = entries.removeValue(forKey: earliest) }
            guard manager != bucket, let folded = entries[bucket] else { continue }
            entries[bucket] = Entry(apiVersion: entry.apiVersion, time: entry.time, fields: folded.fields.union(entry.fields))
            entries[manager] = nil
            count -= 1
        }
    }

    /// Whether a list asks for ownership to be forgotten: empty, or with one empty entry.
    static func isReset(_ list: Value?) -> Bool {
        guard case .array(let entries)? = list else { return false }
        return entries.isEmpty || (entries.count == 1 && (entries[0].object?.isEmpty ?? true))
    }
}
