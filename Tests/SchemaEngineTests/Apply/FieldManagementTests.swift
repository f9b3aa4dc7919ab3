import Core
import JSON
import SchemaEngine
import Testing
import Values

/// What upstream answered to a series of writes to one object, and how ownership moved.
@Suite struct FieldManagementTests {
    let early = Timestamp(seconds: 1_000_000)
    let late = Timestamp(seconds: 2_000_000)

    private func configMap(_ data: String) throws -> Value {
        try json(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"s"},"data":\#(data)}"#)
    }

    @Test("a created object belongs to its creator, without what nobody owns")
    func create() throws {
        let new = try json(
            #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"talk","uid":"u","creationTimestamp":"1970-01-12T13:46:40Z","labels":{"app":"one","tier":"web"}},"data":{"k":"1"}}"#
        )
        let created = SmallSchemas.configMaps.updating(new, live: nil, manager: "Python-urllib", now: early)
        let expected = try json(
            #"[{"manager":"Python-urllib","operation":"Update","apiVersion":"v1","time":"1970-01-12T13:46:40Z","fieldsType":"FieldsV1","fieldsV1":{"f:data":{".":{},"f:k":{}},"f:metadata":{"f:labels":{".":{},"f:app":{},"f:tier":{}}}}}]"#
        )
        #expect(created["metadata"]?["managedFields"] == expected)
        #expect(JSONWriter.string(created["metadata"]?["managedFields"] ?? .null) == JSONWriter.string(expected))
    }

    @Test("a generated name is owned, an empty object owns nothing")
    func generateName() throws {
        let new = try json(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"gen-"}}"#)
        let created = SmallSchemas.configMaps.updating(new, live: nil, manager: "m", now: early)
        #expect(owners(created) == ["m Update": ["f:metadata": ["f:generateName": [:]]]])
        let bare = try json(#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"t"}}"#)
        #expect(SmallSchemas.configMaps.updating(bare, live: nil, manager: "m", now: early)["metadata"]?["managedFields"] == nil)
    }

    @Test("a created pod is owned by key, without the structs that are always there")
    func createPod() throws {
        let new = try json(
            #"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":{"p":"lp"}},"spec":{"containers":[{"name":"c","image":"i","resources":{},
            "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"Always"}],"restartPolicy":"Always",
            "terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","securityContext":{},"schedulerName":"default-scheduler","enableServiceLinks":true},
            "status":{"phase":"Pending"}}
            """#)
        let created = SmallSchemas.pods.updating(new, live: nil, manager: "m", now: early)
        let expected = try json(
            #"""
            {"f:metadata":{"f:labels":{".":{},"f:p":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},
            "f:name":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:enableServiceLinks":{},
            "f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}
            """#)
        #expect(owners(created) == ["m Update": expected])
    }

    @Test("an update takes what it changes, adds to the entry of its manager, and drops what it removes")
    func update() throws {
        let created = SmallSchemas.configMaps.updating(try configMap(#"{"k":"1"}"#), live: nil, manager: "m", now: early)
        var patched = created
        patched["data"] = ["m": "1"]
        let updated = SmallSchemas.configMaps.updating(patched, live: created, manager: "m", now: late)
        #expect(owners(updated) == ["m Update": ["f:data": [".": [:], "f:m": [:]]]])
        #expect(updated["metadata"]?["managedFields"]?.array?[0]["time"] == "1970-01-24T03:33:20Z")
    }

    @Test("a write that changes nothing keeps owners and times")
    func idleUpdate() throws {
        let created = SmallSchemas.configMaps.updating(try configMap(#"{"k":"1"}"#), live: nil, manager: "m", now: early)
        let again = SmallSchemas.configMaps.updating(created, live: created, manager: "other", now: late)
        #expect(again == created)
        var retimed = created
        retimed["metadata"]?["managedFields"]?.elements[0]["time"] = "1970-01-24T03:33:20Z"
        #expect(FieldManagement.withoutIdleTimes(retimed, live: created) == created)
        retimed["data"] = ["k": "2"]
        #expect(FieldManagement.withoutIdleTimes(retimed, live: created) == retimed)
    }

    @Test("clients that leave out managed fields keep them, those that send an empty list forget them")
    func droppedManagedFields() throws {
        let created = SmallSchemas.configMaps.updating(try configMap(#"{"k":"1"}"#), live: nil, manager: "m", now: early)
        var live = created
        live["metadata"]?["uid"] = "u"
        var without = live
        without["metadata"]?["managedFields"] = nil
        #expect(owners(SmallSchemas.configMaps.updating(without, live: live, manager: "m", now: late)) == owners(created))
        var reset = live
        reset["metadata"]?["managedFields"] = []
        reset["data"] = ["k": "2"]
        #expect(SmallSchemas.configMaps.updating(reset, live: live, manager: "m", now: late)["metadata"]?["managedFields"] == nil)
    }

    @Test("the resource does not own status, and the status subresource owns nothing else")
    func resetFields() throws {
        let pod = try json(
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"nodeName":"n"},"status":{"phase":"Pending"}}"#)
        let created = SmallSchemas.pods.updating(pod, live: nil, manager: "m", now: early)
        #expect(owners(created) == ["m Update": ["f:spec": ["f:nodeName": [:]]]])
        let status = SmallSchemas.management("Pod", "v1", SmallSchemas.pod, subresource: "status", hasStatus: true)
        var running = created
        running["status"] = try json(
            #"{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastProbeTime":null,"lastTransitionTime":null}]}"#)
        running["spec"]?["nodeName"] = "other"
        let updated = status.updating(running, live: created, manager: "m", now: late)
        let expected = try json(
            #"{"f:status":{"f:conditions":{".":{},"k:{\"type\":\"Ready\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}}},"f:phase":{}}}"#
        )
        #expect(owners(updated)["m Update status"] == expected)
    }

    @Test("ephemeral containers own only themselves")
    func ownableFields() throws {
        let ephemeral = SmallSchemas.management("Pod", "v1", SmallSchemas.pod, subresource: "ephemeralcontainers", hasStatus: true)
        let pod = try json(#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","uid":"u"},"spec":{"nodeName":"n"},"status":{}}"#)
        let live = SmallSchemas.pods.updating(pod, live: nil, manager: "m", now: early)
        var changed = live
        changed["spec"]?["ephemeralContainers"] = try json(#"[{"name":"e","image":"busybox"}]"#)
        changed["metadata"]?["labels"] = ["a": "b"]
        let updated = ephemeral.updating(changed, live: live, manager: "m", now: late)
        #expect(
            owners(updated)["m Update ephemeralcontainers"]
                == (try json(#"{"f:spec":{"f:ephemeralContainers":{".":{},"k:{\"name\":\"e\"}":{".":{},"f:image":{},"f:name":{}}}}}"#)))
    }

    @Test("the oldest of more than ten updaters become ancient-changes")
    func cap() throws {
        var object = SmallSchemas.configMaps.updating(try configMap(#"{"k":"1"}"#), live: nil, manager: "m", now: early)
        for number in 0..<12 {
            var next = object
            next["data"]?["k\(number)"] = "v"
            object = SmallSchemas.configMaps.updating(next, live: object, manager: "m\(number)", now: early + .seconds(60 * (number + 1)))
        }
        let entries = object["metadata"]?["managedFields"]?.array ?? []
        #expect(entries.count == 10)
        #expect(entries[0]["manager"] == "ancient-changes")
        #expect(entries[0]["fieldsV1"] == (try json(#"{"f:data":{".":{},"f:k":{},"f:k0":{},"f:k1":{},"f:k2":{}}}"#)))
    }
}
