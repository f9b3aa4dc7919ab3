import Core
import JSON
import SchemaEngine
import Testing
import Values

/// Recorded answers of upstream to `application/apply-patch+yaml`.
@Suite struct ServerSideApplyTests {
    let early = Timestamp(seconds: 1_000_000)
    let late = Timestamp(seconds: 2_000_000)

    private func configMap(_ data: String) throws -> Value {
        try json(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"s"},"data":\#(data)}"#)
    }

    private func apply(_ data: String, to live: Value?, by manager: String, force: Bool = false) throws -> Value {
        try SmallSchemas.configMaps.applying(configMap(data), live: live, manager: manager, force: force, now: early).object
    }

    @Test("one manager creates, another conflicts, forces, and each loses what it no longer applies")
    func conversation() throws {
        let first = try apply(#"{"a":"1","b":"1"}"#, to: nil, by: "one")
        #expect(first["data"] == ["a": "1", "b": "1"])
        #expect(owners(first) == ["one Apply": ["f:data": ["f:a": [:], "f:b": [:]]]])

        let conflict = #expect(throws: APIError.self) { try apply(#"{"a":"2","c":"2"}"#, to: first, by: "two") }
        #expect(conflict?.code == 409)
        #expect(conflict?.reason == .conflict)
        #expect(conflict?.message == #"Apply failed with 1 conflict: conflict with "one": .data.a"#)
        #expect(conflict?.causes == [APIError.Cause(reason: "FieldManagerConflict", message: #"conflict with "one""#, field: ".data.a")])

        let forced = try apply(#"{"a":"2","c":"2"}"#, to: first, by: "two", force: true)
        #expect(forced["data"] == ["a": "2", "b": "1", "c": "2"])
        #expect(owners(forced) == ["one Apply": ["f:data": ["f:b": [:]]], "two Apply": ["f:data": ["f:a": [:], "f:c": [:]]]])

        let dropped = try apply(#"{"a":"2"}"#, to: forced, by: "one")
        #expect(dropped["data"] == ["a": "2", "c": "2"])
        #expect(owners(dropped) == ["one Apply": ["f:data": ["f:a": [:]]], "two Apply": ["f:data": ["f:a": [:], "f:c": [:]]]])

        let shared = try apply(#"{"a":"2","d":"1"}"#, to: dropped, by: "one")
        #expect(shared["data"] == ["a": "2", "c": "2", "d": "1"])
        #expect(owners(shared)["one Apply"] == ["f:data": ["f:a": [:], "f:d": [:]]])
    }

    @Test("applying the same again changes nothing, times included")
    func idle() throws {
        let first = try apply(#"{"a":"1"}"#, to: nil, by: "one")
        let again = try SmallSchemas.configMaps.applying(configMap(#"{"a":"1"}"#), live: first, manager: "one", force: false, now: late)
        #expect(!again.isChanged)
        #expect(again.object == first)
    }

    @Test("containers merge by name and ports by number and protocol, the default filled in")
    func deployment() throws {
        let one = try json(
            #"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":0,"selector":{"matchLabels":{"a":"b"}},
            "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}]}]}}}}
            """#)
        var live = try SmallSchemas.deployments.applying(one, live: nil, manager: "one", force: false, now: early).object
        let expected = try json(
            #"""
            {"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":{"f:containers":
            {"k:{\"name\":\"c\"}":{".":{},"f:image":{},"f:name":{},"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}}}}}
            """#)
        #expect(owners(live)["one Apply"] == expected)
        live["metadata"]?["uid"] = "u"
        live["spec"]?["template"]?["spec"]?["containers"]?.elements[0]["ports"]?.elements[0]["protocol"] = "TCP"

        let two = try json(
            #"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},
            "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"side","image":"s"}]}}}}
            """#)
        let both = try SmallSchemas.deployments.applying(two, live: live, manager: "two", force: false, now: late).object
        let names = both["spec"]?["template"]?["spec"]?["containers"]?.array?.map { $0["name"]?.string ?? "" }
        #expect(names == ["c", "side"])
        #expect(owners(both)["one Apply"] == expected)
        #expect(
            owners(both)["two Apply"]
                == (try json(
                    #"{"f:spec":{"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"side\"}":{".":{},"f:image":{},"f:name":{}}}}}}}"#
                )))

        // The strategic patch of the recording: a new image for "c", no "side" any more.
        let patch = try json(
            #"{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"i2"},{"name":"side","$patch":"delete"}]}}}}"#)
        let patched = try StrategicMergePatch.apply(patch, to: both, structure: SmallSchemas.deployment)
        let updated = SmallSchemas.deployments.updating(patched, live: both, manager: "three", now: late)
        #expect(
            owners(updated)["one Apply"]
                == (try json(
                    #"{"f:spec":{"f:replicas":{},"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:a":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},"f:name":{},"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}}}}}}}}"#
                )))
        #expect(
            owners(updated)["two Apply"]
                == (try json(#"{"f:spec":{"f:selector":{},"f:template":{"f:metadata":{"f:labels":{"f:a":{}}}}}}"#)))
        #expect(
            owners(updated)["three Update"]
                == (try json(#"{"f:spec":{"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{"f:image":{}}}}}}}"#)))
    }

    @Test("a conflict with an updater names its version and subresource, several are listed by manager")
    func conflictTexts() throws {
        var live = SmallSchemas.configMaps.updating(try configMap(#"{"a":"1","b":"1"}"#), live: nil, manager: "kubectl", now: early)
        live["metadata"]?["uid"] = "u"
        let error = #expect(throws: APIError.self) { try apply(#"{"a":"2","b":"2"}"#, to: live, by: "two") }
        #expect(error?.message == "Apply failed with 2 conflicts: conflicts with \"kubectl\" using v1:\n- .data.a\n- .data.b")
        #expect(error?.causes.map(\.message) == [#"conflict with "kubectl" using v1"#, #"conflict with "kubectl" using v1"#])

        var scaled = try json(#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d","uid":"u"},"spec":{"replicas":3}}"#)
        scaled["metadata"]?["managedFields"] = try json(
            #"[{"manager":"hpa","operation":"Update","apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:replicas":{}}},"subresource":"scale"}]"#
        )
        let wanted = try json(#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"replicas":1}}"#)
        let scale = #expect(throws: APIError.self) {
            try SmallSchemas.deployments.applying(wanted, live: scaled, manager: "me", force: false, now: late)
        }
        #expect(
            scale?.message == #"Apply failed with 1 conflict: conflict with "hpa" with subresource "scale" using apps/v1: .spec.replicas"#)
    }

    @Test("what does not fit its type is refused, shown as upstream shows it")
    func misfits() throws {
        func refusal(_ members: String) throws -> String {
            let wanted = try json(#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d",\#(members)}"#)
            let error = #expect(throws: APIError.self) {
                try SmallSchemas.deployments.applying(wanted, live: nil, manager: "me", force: false, now: late)
            }
            return error?.message ?? ""
        }
        let start = "failed to create typed patch object (/d; apps/v1, Kind=Deployment): "
        #expect(try refusal(#""generation":"1e-05"}"#) == start + ".metadata.generation: expected numeric (int or float), got string")
        #expect(
            try refusal(#""generation":{"a":1}}"#)
                == start + ".metadata.generation: expected numeric (int or float), got map[string]interface {}")
        #expect(
            try refusal(#""labels":{"a":5}}"#)
                == start + ".metadata.labels.a: expected string, got &value.valueUnstructured{Value:5}")
        #expect(
            try refusal(#""labels":{"a":{"c":[true,"x"],"b":null}}}"#)
                == start + ".metadata.labels.a: expected string, got "
                + #"&value.valueUnstructured{Value:map[string]interface {}{"b":interface {}(nil), "c":[]interface {}{true, "x"}}}"#)
        #expect(try refusal(#""labels":[1,"x"]}"#) == start + ".metadata.labels: expected map, got &{[1 x]}")
        #expect(try refusal(#""finalizers":{"b":1,"a":"y"}}"#) == start + ".metadata.finalizers: expected list, got &{map[a:y b:1]}")
    }

    @Test("the fields of an untracked object go to before-first-apply")
    func beforeFirstApply() throws {
        let live = try json(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"s","uid":"u"},"data":{"a":"1"}}"#)
        let applied = try apply(#"{"b":"1"}"#, to: live, by: "one")
        #expect(
            owners(applied) == ["before-first-apply Update": ["f:data": [".": [:], "f:a": [:]]], "one Apply": ["f:data": ["f:b": [:]]]])
        let conflict = #expect(throws: APIError.self) { try apply(#"{"a":"2"}"#, to: live, by: "one") }
        #expect(conflict?.message == #"Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.a"#)
    }

    @Test("kubectl takes over what its client-side apply had set")
    func migration() throws {
        var created = try configMap(#"{"a":"1","b":"1"}"#)
        let annotation = #"{"apiVersion":"v1","data":{"a":"1","b":"1"},"kind":"ConfigMap","metadata":{"name":"s"}}"# + "\n"
        created["metadata"]?["annotations"] = .object(["kubectl.kubernetes.io/last-applied-configuration": .string(annotation)])
        var live = SmallSchemas.configMaps.updating(created, live: nil, manager: "kubectl-client-side-apply", now: early)
        live["metadata"]?["uid"] = "u"
        let applied = try apply(#"{"a":"2","b":"1"}"#, to: live, by: "kubectl")
        #expect(applied["data"] == ["a": "2", "b": "1"])
        #expect(
            applied["metadata"]?["annotations"]?["kubectl.kubernetes.io/last-applied-configuration"]?.string
                == #"{"apiVersion":"v1","data":{"a":"2","b":"1"},"kind":"ConfigMap","metadata":{"name":"s"}}"# + "\n")
        // Somebody else's change is still a conflict.
        var edited = live
        edited["data"]?["a"] = "9"
        let foreign = SmallSchemas.configMaps.updating(edited, live: live, manager: "editor", now: late)
        let conflict = #expect(throws: APIError.self) { try apply(#"{"a":"2","b":"1"}"#, to: foreign, by: "kubectl") }
        #expect(conflict?.message == #"Apply failed with 1 conflict: conflict with "editor" using v1: .data.a"#)
    }

    @Test("a configuration with managed fields, of another version, or that does not fit is refused")
    func refused() throws {
        var own = try configMap("{}")
        own["metadata"]?["managedFields"] = [["manager": "x"]]
        let managed = #expect(throws: APIError.self) {
            try SmallSchemas.configMaps.applying(own, live: nil, manager: "one", force: false, now: early)
        }
        #expect(managed?.message == "metadata.managedFields must be nil")
        #expect(managed?.code == 400)
        let other = try json(#"{"apiVersion":"v2","kind":"ConfigMap","metadata":{"name":"s"}}"#)
        #expect(throws: APIError.self) { try SmallSchemas.configMaps.applying(other, live: nil, manager: "one", force: false, now: early) }
        let unknown = try json(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"s","namespace":"n"},"extra":1}"#)
        let misfit = #expect(throws: APIError.self) {
            try SmallSchemas.configMaps.applying(unknown, live: nil, manager: "one", force: false, now: early)
        }
        #expect(misfit?.message == "failed to create typed patch object (n/s; v1, Kind=ConfigMap): .extra: field not declared in schema")
        #expect(misfit?.code == 500)
    }
}
