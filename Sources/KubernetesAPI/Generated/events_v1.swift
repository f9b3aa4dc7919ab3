// Generated from Schema/ by SchemaCompiler. Do not edit.
// swift-format-ignore-file

import Values

package struct EventsEvent: Kind {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package static let descriptor = KindDescriptor(group: "events.k8s.io", version: "v1", kind: "Event", resource: "events", isNamespaced: true)
    package var action: String { get { raw.text("action") } set { raw.set("action", newValue, keepsEmpty: false) } }
    package var deprecatedCount: Int? { get { raw.integer("deprecatedCount") } set { raw.set("deprecatedCount", newValue) } }
    package var deprecatedFirstTimestamp: String { get { raw.text("deprecatedFirstTimestamp") } set { raw.set("deprecatedFirstTimestamp", newValue, keepsEmpty: false) } }
    package var deprecatedLastTimestamp: String { get { raw.text("deprecatedLastTimestamp") } set { raw.set("deprecatedLastTimestamp", newValue, keepsEmpty: false) } }
    package var deprecatedSource: EventSource? { get { raw.optionalView("deprecatedSource") } _modify { var view: EventSource? = raw.takeOptionalView("deprecatedSource"); defer { raw.put("deprecatedSource", value: view?.raw) }; yield &view } }
    package var eventTime: String { get { raw.text("eventTime") } set { raw.set("eventTime", newValue, keepsEmpty: true) } }
    package var metadata: ObjectMeta { get { raw.view("metadata") } _modify { var view: ObjectMeta = raw.takeView("metadata"); defer { raw.put("metadata", view) }; yield &view } }
    package var note: String { get { raw.text("note") } set { raw.set("note", newValue, keepsEmpty: false) } }
    package var reason: String { get { raw.text("reason") } set { raw.set("reason", newValue, keepsEmpty: false) } }
    package var regarding: ObjectReference? { get { raw.optionalView("regarding") } _modify { var view: ObjectReference? = raw.takeOptionalView("regarding"); defer { raw.put("regarding", value: view?.raw) }; yield &view } }
    package var related: ObjectReference? { get { raw.optionalView("related") } _modify { var view: ObjectReference? = raw.takeOptionalView("related"); defer { raw.put("related", value: view?.raw) }; yield &view } }
    package var reportingController: String { get { raw.text("reportingController") } set { raw.set("reportingController", newValue, keepsEmpty: false) } }
    package var reportingInstance: String { get { raw.text("reportingInstance") } set { raw.set("reportingInstance", newValue, keepsEmpty: false) } }
    package var series: EventsEventSeries? { get { raw.optionalView("series") } _modify { var view: EventsEventSeries? = raw.takeOptionalView("series"); defer { raw.put("series", value: view?.raw) }; yield &view } }
    package var type: String { get { raw.text("type") } set { raw.set("type", newValue, keepsEmpty: false) } }
}

package struct EventsEventSeries: View {
    package var raw: Value
    package init(_ raw: Value) { self.raw = raw }
    package var count: Int { get { raw.integer("count") ?? 0 } set { raw.set("count", newValue) } }
    package var lastObservedTime: String { get { raw.text("lastObservedTime") } set { raw.set("lastObservedTime", newValue, keepsEmpty: true) } }
}
