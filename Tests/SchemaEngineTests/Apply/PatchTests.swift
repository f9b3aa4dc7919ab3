import Core
import JSON
import SchemaEngine
import Testing
import Values

@Suite struct PatchTests {
    @Test(
        "merge patches follow the examples of RFC 7386",
        arguments: [
            (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
            (#"{"a":"b"}"#, #"{"a":null}"#, #"{}"#), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
            (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
            (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#), (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#),
            (#"[1,2]"#, #"{"a":"b","c":null}"#, #"{"a":"b"}"#), (#"{}"#, #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
        ])
    func mergePatch(_ target: String, _ patch: String, _ result: String) throws {
        #expect(JSONMergePatch.apply(try json(patch), to: try json(target)) == (try json(result)))
    }

    @Test(
        "json patches do every operation",
        arguments: [
            (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"foo":"bar","baz":"qux"}"#),
            (#"{"foo":["a","b"]}"#, #"[{"op":"add","path":"/foo/1","value":"x"}]"#, #"{"foo":["a","x","b"]}"#),
            (#"{"foo":["a"]}"#, #"[{"op":"add","path":"/foo/-","value":{"a":1}}]"#, #"{"foo":["a",{"a":1}]}"#),
            (#"{"a":{"b":1,"c":2}}"#, #"[{"op":"remove","path":"/a/b"}]"#, #"{"a":{"c":2}}"#),
            (#"{"a":[1,2,3]}"#, #"[{"op":"remove","path":"/a/1"}]"#, #"{"a":[1,3]}"#),
            (#"{"a":[{"b":1}]}"#, #"[{"op":"replace","path":"/a/0/b","value":2}]"#, #"{"a":[{"b":2}]}"#),
            (#"{"a":{"b":1},"c":{}}"#, #"[{"op":"move","from":"/a/b","path":"/c/d"}]"#, #"{"a":{},"c":{"d":1}}"#),
            (#"{"a":[1]}"#, #"[{"op":"copy","from":"/a","path":"/b"},{"op":"test","path":"/b/0","value":1}]"#, #"{"a":[1],"b":[1]}"#),
            (#"{"a":1}"#, #"[{"op":"replace","path":"/b","value":2},{"op":"test","path":"/c"}]"#, #"{"a":1,"b":2}"#),
            (#"{"a/b":{"c~d":1}}"#, #"[{"op":"replace","path":"/a~1b/c~0d","value":2}]"#, #"{"a/b":{"c~d":2}}"#),
            (#"{"a":1}"#, #"[{"op":"test","path":"/b"}]"#, #"{"a":1}"#),
            (#"{"a":1}"#, #"[{"op":"add","path":"","value":{"b":2}}]"#, #"{"b":2}"#),
        ])
    func jsonPatch(_ document: String, _ patch: String, _ result: String) throws {
        #expect(try JSONPatch(try json(patch)).apply(to: try json(document)) == (try json(result)))
    }

    @Test(
        "a json patch that cannot be done is refused with upstream's 422",
        arguments: [
            #"[{"op":"test","path":"/data/m","value":"2"}]"#, #"[{"op":"remove","path":"/nope/x"}]"#,
            #"[{"op":"replace","path":"/nope/x","value":1}]"#, #"[{"op":"test","path":"/x","value":null}]"#,
            #"[{"op":"add","path":"/nope/x","value":1}]"#, #"[{"op":"fly","path":"/data"}]"#, #"[{"op":"add","path":"data"}]"#,
            #"[{"op":"add","path":"/list/7","value":1}]"#, #"[{"op":"move","from":"/data","path":"/data/m"}]"#,
            #"[{"op":"copy","path":"/x"}]"#,
        ])
    func refusedJSONPatch(_ patch: String) throws {
        let document = try json(#"{"data":{"m":"1"},"list":[1]}"#)
        let error = #expect(throws: APIError.self) { try JSONPatch(try json(patch)).apply(to: document) }
        #expect(error?.code == 422)
        #expect(error?.reason == .invalid)
        #expect(error?.message == "the server rejected our request due to an error in our request")
    }

    @Test("copies and moves cannot nest deeper than an object that is sent may")
    func deepJSONPatch() throws {
        let path = String(repeating: "/a", count: 200)
        let nested: Value = try json(String(repeating: "{\"a\":", count: 200) + "{}" + String(repeating: "}", count: 200))
        let copy: Value = ["op": "copy", "from": "", "path": .string(path)]
        _ = try JSONPatch(.array([copy])).apply(to: nested)
        #expect(#expect(throws: APIError.self) { try JSONPatch(.array([copy, copy])).apply(to: nested) }?.code == 422)
        let deep: Value = try json(String(repeating: "[", count: 350) + String(repeating: "]", count: 350))
        let move: Value = ["op": "move", "from": "/b", "path": .string("/a" + path)]
        #expect(#expect(throws: APIError.self) { try JSONPatch(.array([move])).apply(to: ["a": nested, "b": deep]) }?.code == 422)
    }

    @Test("what is no list of operations is a bad request, and too many are too large")
    func malformedJSONPatch() throws {
        #expect(#expect(throws: APIError.self) { try JSONPatch(try json(#"{"op":"add"}"#)) }?.code == 400)
        let operation: Value = ["op": "test", "path": "/a", "value": .null]
        #expect(try JSONPatch(.array(Array(repeating: operation, count: 10_000))).operations.count == 10_000)
        let error = #expect(throws: APIError.self) { try JSONPatch(.array(Array(repeating: operation, count: 10_001))) }
        #expect(error?.code == 413)
        #expect(error?.message == "Request entity too large: The allowed maximum operations in a JSON patch is 10000, got 10001")
    }

    private func containers(_ original: String, _ patch: String) throws -> Value? {
        let document = try json(#"{"spec":{"containers":\#(original)}}"#)
        return try StrategicMergePatch.apply(try json(#"{"spec":{\#(patch)}}"#), to: document, structure: SmallSchemas.pod)["spec"]?[
            "containers"]
    }

    @Test("strategic patches merge lists by key, delete, replace and order their elements")
    func strategicLists() throws {
        #expect(
            try containers(
                #"[{"name":"a","image":"1","command":["x"]}]"#, #""containers":[{"name":"a","image":"2"},{"name":"b","image":null}]"#)
                == (try json(#"[{"name":"a","image":"2","command":["x"]},{"name":"b"}]"#)))
        #expect(
            try containers(#"[{"name":"a"},{"name":"b"}]"#, #""containers":[{"name":"a","$patch":"delete"}]"#)
                == (try json(#"[{"name":"b"}]"#)))
        #expect(
            try containers(#"[{"name":"a"}]"#, #""containers":[{"name":"only"},{"$patch":"replace"}]"#) == (try json(#"[{"name":"only"}]"#))
        )
        #expect(
            try containers(
                #"[{"name":"c"}]"#, #""$setElementOrder/containers":[{"name":"z"},{"name":"c"}],"containers":[{"name":"z","image":"z"}]"#)
                == (try json(#"[{"name":"z","image":"z"},{"name":"c"}]"#)))
        #expect(
            try containers(#"[{"name":"a"},{"name":"b"},{"name":"c"}]"#, #""$setElementOrder/containers":[{"name":"c"},{"name":"a"}]"#)
                == (try json(#"[{"name":"b"},{"name":"c"},{"name":"a"}]"#)))
        #expect(
            try containers(#"[{"name":"a","command":["x","y"]}]"#, #""containers":[{"name":"a","command":["z"]}]"#)
                == (try json(#"[{"name":"a","command":["z"]}]"#)))
    }

    @Test("strategic patches merge lists of primitives, and take elements out of them")
    func strategicPrimitives() throws {
        let document = try json(#"{"metadata":{"finalizers":["a","b"]}}"#)
        func finalizers(_ patch: String) throws -> Value? {
            try StrategicMergePatch.apply(try json(#"{"metadata":{\#(patch)}}"#), to: document, structure: SmallSchemas.configMap)[
                "metadata"]?[
                    "finalizers"]
        }
        #expect(Set(try finalizers(#""finalizers":["c","a"]"#)?.array ?? []) == ["a", "b", "c"])
        #expect(try finalizers(#""$deleteFromPrimitiveList/finalizers":["a"]"#) == ["b"])
        #expect(try finalizers(#""finalizers":null"#) == nil)
        #expect(try finalizers(#""$setElementOrder/finalizers":["b","a","c"],"finalizers":["c"]"#) == ["b", "a", "c"])
    }

    @Test("strategic patches replace and empty objects, and retain only the keys they name")
    func strategicObjects() throws {
        let document = try json(
            #"{"metadata":{"labels":{"a":"1"}},"spec":{"strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":1}}}}"#)
        func patched(_ patch: String) throws -> Value {
            try StrategicMergePatch.apply(try json(patch), to: document, structure: SmallSchemas.deployment)
        }
        #expect(try patched(#"{"metadata":{"labels":{"$patch":"replace","b":"2"}}}"#)["metadata"]?["labels"] == ["b": "2"])
        #expect(try patched(#"{"metadata":{"labels":{"$patch":"delete"}}}"#)["metadata"]?["labels"] == [:])
        #expect(try patched(#"{"metadata":{"labels":{"b":"2"}}}"#)["metadata"]?["labels"] == ["a": "1", "b": "2"])
        #expect(
            try patched(#"{"spec":{"strategy":{"$retainKeys":["type"],"type":"Recreate"}}}"#)["spec"]?["strategy"] == ["type": "Recreate"])
    }

    @Test("strategic patches of a wrong form are refused")
    func strategicErrors() throws {
        func code(_ patch: String) -> Int? {
            #expect(throws: APIError.self) {
                try StrategicMergePatch.apply(
                    try json(patch),
                    to: try json(#"{"spec":{"containers":[{"name":"a"}],"strategy":{"type":"x"}},"metadata":{"finalizers":["a"]}}"#),
                    structure: SmallSchemas.pod)
            }?.code
        }
        #expect(code(#"{"spec":{"$retainKeys":["a"],"b":1}}"#) == 400)
        #expect(code(#"{"metadata":{"$setElementOrder/finalizers":"x"}}"#) == 400)
        #expect(code(#"{"metadata":{"$deleteFromPrimitiveList":["x"]}}"#) == 400)
        #expect(code(#"{"spec":{"containers":[{"image":"a"}]}}"#) == 500)
        #expect(code(#"{"spec":{"$patch":"fly"}}"#) == 500)
        #expect(code(#"{"spec":{"strategy":{"type":"y"}}}"#) == 500)
    }
}
