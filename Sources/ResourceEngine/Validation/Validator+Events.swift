import Core
import Values

/// Events, in the core group's form and in that of `events.k8s.io`. Paths are those of upstream's internal form, which is the core group's.
extension Validator {
    private static let textLimit = 128
    private static let noteLimit = 1024

    /// What holds for events of both groups. `reporter` is what the request's version calls the field.
    mutating func event(_ object: Place, reporter: String = "reportingComponent") {
        let namespace = object["metadata"]["namespace"].text
        let involved = object["involvedObject"]
        let about = involved["namespace"].text
        if object["eventTime"].isEmpty {
            let fits = about.isEmpty ? namespace.isEmpty || namespace == "default" : about == namespace
            if !fits { invalid(involved["namespace"], "does not match event.namespace", value: .string(about)) }
        } else {
            if about.isEmpty, namespace != "default", namespace != "kube-system" {
                invalid(involved["namespace"], "does not match event.namespace", value: .string(about))
            }
            let component = object["reportingComponent"].text
            let place = object[reporter].with(.string(component))
            if component.isEmpty { required(place) }
            for problem in Formats.qualifiedName(component) { invalid(place, problem) }
            for field in ["reportingInstance", "action", "reason"] {
                let place = object[field]
                if place.isEmpty { required(place) }
                if place.text.utf8.count > Self.textLimit { invalid(place, "can have at most \(Self.textLimit) characters", value: "") }
            }
            if object["message"].text.utf8.count > Self.noteLimit {
                invalid(object["message"], "can have at most \(Self.noteLimit) characters", value: "")
            }
        }
        for problem in Formats.dnsSubdomain(namespace) { invalid(object["namespace"], problem, value: .string(namespace)) }
    }

    /// What holds beyond that for an event made by `events.k8s.io`.
    mutating func strictEvent(_ object: Place) {
        event(object, reporter: "reportingController")
        metadata(object["metadata"], isNamespaced: true, name: .subdomain)
        eventSeries(object["series"])
        if object["eventTime"].isEmpty { required(object["eventTime"]) }
        let type = object["type"]
        if !["Normal", "Warning"].contains(type.text) { invalid(type, "has invalid value: \(type.text)", value: "") }
        for field in ["firstTimestamp", "lastTimestamp"] where !object[field].isEmpty {
            invalid(object[field], "needs to be unset", value: "")
        }
        if object["count"].int ?? 0 != 0 { invalid(object["count"], "needs to be unset", value: "") }
        if !object["source"]["component"].isEmpty || !object["source"]["host"].isEmpty {
            invalid(object["source"], "needs to be unset", value: "")
        }
    }

    /// What may change by `events.k8s.io`: the series.
    mutating func strictEventUpdate(_ new: Place, _ old: Place) {
        event(new, reporter: "reportingController")
        if !Self.same(new["series"].value, old["series"].value) { eventSeries(new["series"]) }
        for field in [
            "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count", "type", "eventTime", "action",
            "related", "reportingInstance",
        ] {
            immutable(new[field], old[field])
        }
        immutable(new["reportingController"].with(new["reportingComponent"].value), old["reportingComponent"])
    }

    private mutating func eventSeries(_ series: Place) {
        guard series.isPresent else { return }
        if series["count"].int ?? 0 < 2 { invalid(series["count"], "should be at least 2", value: "") }
        if series["lastObservedTime"].isEmpty { required(series["lastObservedTime"]) }
    }
}
