import Core
import JSON
import SchemaEngine
import Store
import Values

extension ObjectSummary {
    /// What the store keeps at hand of an object. `selectable` are the paths field selectors may name.
    package init(of object: Value, _ selectable: [String]) {
        self.init(
            uid: object.meta("uid")?.string ?? "", labels: object.metaStrings("labels"),
            ownerUIDs: (object.meta("ownerReferences")?.array ?? []).compactMap { $0["uid"]?.string },
            deletionTimestamp: object.meta("deletionTimestamp")?.string)
        fields.reserveCapacity(selectable.count)
        for path in selectable {
            let text = Self.field(path, of: object)
            if !text.isEmpty { fields[path] = text }
        }
    }

    /// The value of a selectable field as selectors compare it: empty where absent.
    private static func field(_ path: String, of object: Value) -> String {
        // Fields whose selector is named otherwise than the field, or has a value where the field is absent.
        if String.isSame(path, "source") {
            return object[path: "source", "component"]?.string ?? object["reportingComponent"]?.string ?? ""
        }
        if String.isSame(path, "status.successful") { return String(object[path: "status", "succeeded"]?.int ?? 0) }
        if String.isSame(path, "spec.unschedulable") { return object[path: "spec", "unschedulable"]?.bool == true ? "true" : "false" }
        if String.isSame(path, "spec.hostNetwork") { return object[path: "spec", "hostNetwork"]?.bool == true ? "true" : "false" }
        return object.fieldText(path)
    }
}

/// How the store rebuilds summaries when it reads its log.
package struct Summarizer: Sendable {
    private let selectable: [String: [String]]

    /// `schemas` are those whose objects are stored.
    package init(_ schemas: [ResourceSchema]) {
        var selectable: [String: [String]] = [:]
        for schema in schemas { selectable[ServedResource.bucket(schema.resource.groupResource)] = schema.selectableFields }
        self.selectable = selectable
    }

    /// The summary of stored bytes; an empty one of bytes that are no object, which no writer of ours makes.
    package func summarize(_ bucket: String, _ bytes: [UInt8]) -> ObjectSummary {
        guard let object = try? JSONParser.parse(bytes) else { return ObjectSummary() }
        return ObjectSummary(of: object, selectable[bucket] ?? [])
    }
}
