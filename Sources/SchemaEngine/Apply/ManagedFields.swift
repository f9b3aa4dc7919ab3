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

        /// The name tells nearly all managers of an object apart.
        package func hash(into hasher: inout Hasher) { hasher.combine(name) }
    }

    package struct Entry: Sendable, Equatable {
        package var apiVersion: String
        /// RFC 3339; nil where an entry came without a time.
        package var time: String?
        private var owned: Owned

        /// What is owned stays in the form it was written in until somebody has to look inside, and is taken over so where nothing changes.
        private enum Owned {
            case fields(FieldSet)
            case written(Value)
        }

        package init(apiVersion: String, time: String?, fields: FieldSet) {
            self.apiVersion = apiVersion
            self.time = time
            owned = .fields(fields)
        }

        init(apiVersion: String, time: String?, fieldsV1: Value, isOwn: Bool) {
            self.apiVersion = apiVersion
            self.time = time
            owned = isOwn ? .written(fieldsV1) : .fields(FieldSet(fieldsV1: fieldsV1))
        }

        /// Read anew each time from an entry that was written here.
        package var fields: FieldSet {
            get {
                switch owned {
                case .fields(let fields): fields
                case .written(let value): FieldSet(fieldsV1: value)
                }
            }
            set { owned = .fields(newValue) }
        }

        var fieldsV1: Value {
            switch owned {
            case .fields(let fields): fields.fieldsV1
            case .written(let value): value
            }
        }

        /// Whether nothing is owned.
        var isEmpty: Bool {
            switch owned {
            case .fields(let fields): fields.isEmpty
            case .written(let value): FieldSet.isEmpty(fieldsV1: value)
            }
        }

        /// Whether any of these fields is owned.
        func owns(anyOf fields: FieldSet) -> Bool {
            switch owned {
            case .fields(let own): own.meets(fields)
            case .written(let value): fields.meets(fieldsV1: value)
            }
        }

        /// Whether each of these fields is owned.
        func owns(allOf fields: FieldSet) -> Bool {
            switch owned {
            case .fields(let own): fields.subtracting(own).isEmpty
            case .written(let value): fields.isSubset(ofFieldsV1: value)
            }
        }

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
        var sorted = entries.map { Dated(manager: $0.key, entry: $0.value) }
        if sorted.count > 1 { sorted.sort() }
        return .array(
            sorted.map { dated in
                let (manager, entry) = (dated.manager, dated.entry)
                var result = Object(reserving: 7)
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

    /// An entry with its time read once, in the order of the list.
    private struct Dated: Comparable {
        let manager: Manager
        let entry: Entry
        let seconds: Int64

        init(manager: Manager, entry: Entry) {
            self.manager = manager
            self.entry = entry
            seconds = entry.time.flatMap { Timestamp(rfc3339: $0)?.seconds } ?? 0
        }

        static func < (left: Self, right: Self) -> Bool {
            if left.manager.operation != right.manager.operation { return left.manager.operation == .apply }
            if left.seconds != right.seconds { return left.seconds < right.seconds }
            return (left.manager.name, left.entry.apiVersion, left.manager.subresource) < (
                right.manager.name, right.entry.apiVersion, right.manager.subresource
            )
        }
    }

    /// How many entries of updaters an object keeps.
    package static let updaterLimit = 10

    /// Folds the oldest updaters of each version into one "ancient-changes" until no more than `updaterLimit` are left.
    package mutating func capUpdaters() {
        guard entries.count > Self.updaterLimit else { return }
        var updaters = entries.filter { $0.key.operation == .update }.map { Dated(manager: $0.key, entry: $0.value) }
        guard updaters.count > Self.updaterLimit else { return }
        updaters.sort()
        var first: [String: Manager] = [:]
        var count = updaters.count
        for updater in updaters where count > Self.updaterLimit {
            let (manager, entry) = (updater.manager, updater.entry)
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
