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
        for path in selectable {
            let text = Self.field(path, of: object)
            if !text.isEmpty { fields[path] = text }
        }
    }

    /// The value of a selectable field as selectors compare it: empty where absent.
    private static func field(_ path: String, of object: Value) -> String {
        switch path {
        // Fields whose selector is named otherwise than the field, or has a value where the field is absent.
        case "source": return object[path: "source", "component"]?.string ?? object["reportingComponent"]?.string ?? ""
        case "status.successful": return String(object[path: "status", "succeeded"]?.int ?? 0)
        case "spec.unschedulable", "spec.hostNetwork":
            let inner = path == "spec.hostNetwork" ? object[path: "spec", "hostNetwork"] : object[path: "spec", "unschedulable"]
            return inner?.bool == true ? "true" : "false"
        default: break
        }
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
