import JSON
import SchemaEngine
import Testing
import Values

@Suite struct FieldSetTests {
    @Test("FieldsV1 is read and written the same, sorted")
    func roundTrip() throws {
        let text =
            #"{"f:metadata":{"f:finalizers":{".":{},"v:\"x/y\"":{}},"f:labels":{".":{},"f:a":{}}},"f:spec":{"f:list":{"i:2":{}},"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{}}}}}"#
        let set = FieldSet(fieldsV1: try json(text))
        #expect(JSONWriter.string(set.fieldsV1) == text)
        #expect(set.contains([.field("spec"), .field("list"), .index(2)]))
        #expect(!set.contains([.field("spec"), .field("ports")]))
    }

    @Test("elements sort as fields, keys, values, indexes")
    func order() throws {
        let set = FieldSet([[.index(1)], [.value("b")], [.value(3)], [.key([.init(name: "a", value: "x")])], [.field("z")], [.field("a")]])
        #expect(JSONWriter.string(set.fieldsV1) == #"{"f:a":{},"f:z":{},"k:{\"a\":\"x\"}":{},"v:3":{},"v:\"b\"":{},"i:1":{}}"#)
    }

    @Test("sets unite, intersect and subtract")
    func algebra() {
        let a = FieldSet(fields: [["x"], ["x", "y"], ["z"]])
        let b = FieldSet(fields: [["x"], ["w"]])
        #expect(a.union(b) == FieldSet(fields: [["x"], ["x", "y"], ["z"], ["w"]]))
        #expect(a.intersection(b) == FieldSet(fields: [["x"]]))
        #expect(a.subtracting(b) == FieldSet(fields: [["x", "y"], ["z"]]))
        #expect(a.subtractingSubtrees(b) == FieldSet(fields: [["z"]]))
        #expect(a.subtracting(a).isEmpty)
    }

    @Test("a comparison knows list maps, sets and atomic parts")
    func comparison() throws {
        let old = try json(
            #"{"metadata":{"finalizers":["a","b"]},"spec":{"containers":[{"name":"c","image":"1"},{"name":"d"}],"nodeSelector":{"x":"1"},"tolerations":[1]}}"#
        )
        let new = try json(
            #"{"metadata":{"finalizers":["b","e"]},"spec":{"containers":[{"name":"n"},{"name":"c","image":"2"}],"nodeSelector":{"x":"2"},"tolerations":[2]}}"#
        )
        let comparison = try FieldComparison(old, new, shape: .structure(SmallSchemas.pod))
        #expect(
            comparison.added.fieldsV1
                == (try json(
                    #"{"f:metadata":{"f:finalizers":{"v:\"e\"":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"n\"}":{".":{},"f:name":{}}}}}"#
                )))
        #expect(
            comparison.removed.fieldsV1
                == (try json(
                    #"{"f:metadata":{"f:finalizers":{"v:\"a\"":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"d\"}":{".":{},"f:name":{}}}}}"#
                )))
        #expect(
            comparison.modified.fieldsV1
                == (try json(#"{"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{"f:image":{}}},"f:nodeSelector":{},"f:tolerations":{}}}"#)))
        #expect(try FieldComparison(old, old, shape: .structure(SmallSchemas.pod)).isSame)
    }

    @Test("merging keeps unshared elements and follows the applied order of shared ones")
    func mergeOrder() throws {
        let live = try json(#"{"spec":{"containers":[{"name":"a"},{"name":"b"},{"name":"c"}]}}"#)
        let applied = try json(#"{"spec":{"containers":[{"name":"c"},{"name":"n"},{"name":"a"}]}}"#)
        let merged = try live.merging(applied, shape: .structure(SmallSchemas.pod))
        #expect(merged["spec"]?["containers"]?.array?.map { $0["name"]?.string ?? "" } == ["b", "c", "n", "a"])
        #expect(throws: FieldError.self) {
            try live.merging(try json(#"{"spec":{"containers":[{"name":"c"},{"name":"c"}]}}"#), shape: .structure(SmallSchemas.pod))
        }
    }
}

@Suite struct FieldRemovalTests {
    @Test("what is emptied by a removal stays empty, and does not become null")
    func emptied() throws {
        let value = try json(#"{"data":{"a":"1"},"metadata":{"labels":{"x":"y"},"name":"n"}}"#)
        let fields = FieldSet(fields: [["data", "a"], ["metadata", "labels", "x"]])
        #expect(
            try value.removing(fields, shape: .structure(SmallSchemas.configMap))
                == (try json(#"{"data":{},"metadata":{"labels":{},"name":"n"}}"#)))
    }

    @Test("elements and sets lose what is named and nothing else")
    func elements() throws {
        let value = try json(
            #"{"metadata":{"finalizers":["a","b"]},"spec":{"containers":[{"name":"c","image":"i"},{"name":"d","image":"i"}]}}"#)
        let fields = FieldSet(
            fieldsV1: try json(
                #"{"f:metadata":{"f:finalizers":{"v:\"a\"":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"c\"}":{".":{},"f:image":{}},"k:{\"name\":\"d\"}":{"f:image":{}}}}}"#
            ))
        #expect(
            try value.removing(fields, shape: .structure(SmallSchemas.pod))
                == (try json(#"{"metadata":{"finalizers":["b"]},"spec":{"containers":[{"name":"d"}]}}"#)))
    }
}
