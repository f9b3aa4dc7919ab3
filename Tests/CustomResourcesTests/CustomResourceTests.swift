import Core
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite(.timeLimit(.minutes(1))) struct CustomResourceTests {
    private let cronTab: Value = [
        "apiVersion": "stable.example.com/v1", "kind": "CronTab", "metadata": ["name": "one"],
        "spec": ["cronSpec": "* * * * */5", "unknown": 1, "steps": [["name": "a"]], "free": ["anything": ["goes": true]]],
    ]

    @Test("a definition is established, its objects are pruned, defaulted and kept")
    func create() async throws {
        let cluster = try await DefinitionCluster()
        try await cluster.define(cronTabs)
        let created = try cluster.value(try await cluster.perform(.create, "crontabs", body: cronTab))
        #expect(created[path: "spec", "replicas"] == 1)
        #expect(created[path: "spec", "unknown"] == nil)
        #expect(created[path: "spec", "free", "anything", "goes"] == true)
        #expect(created[path: "spec", "steps"] == [["name": "a", "count": 7]])
        #expect(created.int("metadata", "generation") == 1)
        let read = try cluster.value(try await cluster.perform(.get, "crontabs", name: "one"))
        #expect(read == created)
        let list = try cluster.value(try await cluster.perform(.list, "crontabs"))
        #expect(list["kind"] == "CronTabList")
        #expect(list["items"]?.array?.count == 1)
        await cluster.cluster.close()
    }

    @Test("unknown fields are told or refused as the request says")
    func strictness() async throws {
        let cluster = try await DefinitionCluster()
        try await cluster.define(cronTabs)
        let response = try await cluster.perform(.create, "crontabs", body: cronTab) { $0.options.isDryRun = true }
        #expect(response.warnings == ["unknown field \"spec.unknown\""])
        await #expect(throws: APIError.self) {
            try await cluster.perform(.create, "crontabs", body: cronTab) { $0.options.fieldValidation = "Strict" }
        }
        await cluster.cluster.close()
    }

    @Test(
        "values that break the schema are refused in upstream's words",
        arguments: [
            (
                #"{"spec":{"cronSpec":5}}"#,
                #"spec.cronSpec: Invalid value: "integer": spec.cronSpec in body must be of type string: "integer""#
            ),
            (#"{"spec":{}}"#, "spec.cronSpec: Required value"),
            (
                #"{"spec":{"cronSpec":"x"}}"#,
                #"spec.cronSpec: Invalid value: "x": spec.cronSpec in body should match '^(\d+|\*)(/\d+)?(\s+(\d+|\*)(/\d+)?){4}$'"#
            ),
            (
                #"{"spec":{"cronSpec":"* * * * *","replicas":11}}"#,
                "spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10"
            ),
            (#"{"spec":{"cronSpec":"* * * * *","mode":"odd"}}"#, #"spec.mode: Unsupported value: "odd": supported values: "fast", "slow""#),
            (#"{"spec":{"cronSpec":"* * * * *","image":"12345678901"}}"#, "spec.image: Too long: may not be more than 10 bytes"),
            (#"{"spec":{"cronSpec":"* * * * *","args":["a","b","a"]}}"#, #"spec.args[2]: Duplicate value: "a""#),
            (
                #"{"spec":{"cronSpec":"* * * * *","port":true}}"#,
                #"spec.port: Invalid value: "boolean": spec.port in body must be of type integer,string: "boolean""#
            ),
            (#"{"spec":{"cronSpec":"* * * * *","steps":[{"name":"a"},{"name":"a"}]}}"#, #"spec.steps[1]: Duplicate value: {"name":"a"}"#),
            (
                #"{"spec":{"cronSpec":"* * * * *","steps":[{"name":"a"},{"name":"b"},{"name":"c"},{"name":"d"}]}}"#,
                "spec.steps: Too many: 4: must have at most 3 items"
            ),
        ])
    func validation(_ json: String, _ expected: String) async throws {
        let cluster = try await DefinitionCluster()
        try await cluster.define(cronTabs)
        var body = try yaml(json)
        body["metadata"] = ["name": "one"]
        let wanted = body
        let causes = try await cluster.causes { _ = try await cluster.perform(.create, "crontabs", body: wanted) }
        #expect(causes == [expected])
        await cluster.cluster.close()
    }

    @Test("what was wrong before and did not change is let through")
    func ratcheting() async throws {
        let cluster = try await DefinitionCluster()
        try await cluster.define(cronTabs)
        _ = try await cluster.perform(
            .create, "crontabs", body: ["metadata": ["name": "one"], "spec": ["cronSpec": "* * * * *", "image": "long-name"]])
        _ = try await cluster.perform(
            .patch, "customresourcedefinitions", group: "apiextensions.k8s.io", name: "crontabs.stable.example.com", namespace: "",
            body: [
                ["op": "replace", "path": "/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/image/maxLength", "value": 4]
            ],
            patch: .json)
        // The new rule is in force once a new object is refused by it.
        try await poll {
            try await !cluster.causes({
                _ = try await cluster.perform(
                    .create, "crontabs", body: ["metadata": ["name": "two"], "spec": ["cronSpec": "* * * * *", "image": "12345"]]
                ) { $0.options.isDryRun = true }
            }).isEmpty
        }
        _ = try await cluster.perform(.patch, "crontabs", name: "one", body: ["spec": ["replicas": 2]], patch: .merge)
        let causes = try await cluster.causes {
            _ = try await cluster.perform(.patch, "crontabs", name: "one", body: ["spec": ["image": "other-name"]], patch: .merge)
        }
        #expect(causes == ["spec.image: Too long: may not be more than 4 bytes"])
        await cluster.cluster.close()
    }

    @Test("status and scale are written by their subresources alone")
    func subresources() async throws {
        let cluster = try await DefinitionCluster()
        try await cluster.define(cronTabs)
        var object = cronTab
        object["status"] = ["replicas": 9]
        let created = try cluster.value(try await cluster.perform(.create, "crontabs", body: object))
        #expect(created["status"] == nil)
        let status = try cluster.value(
            try await cluster.perform(
                .patch, "crontabs", name: "one", subresource: "status",
                body: [
                    "metadata": ["labels": ["a": "b"]], "spec": ["replicas": 5], "status": ["replicas": 1, "labelSelector": "app=one"],
                ], patch: .merge))
        #expect(status["status"] == ["replicas": 1, "labelSelector": "app=one"])
        #expect(status[path: "spec", "replicas"] == 1)
        #expect(status.meta("labels") == nil)
        #expect(status.int("metadata", "generation") == 1)
        let scaled = try cluster.value(
            try await cluster.perform(.patch, "crontabs", name: "one", subresource: "scale", body: ["spec": ["replicas": 4]], patch: .merge)
        )
        #expect(scaled["spec"] == ["replicas": 4])
        #expect(scaled["status"] == ["replicas": 1, "selector": "app=one"])
        let read = try cluster.value(try await cluster.perform(.get, "crontabs", name: "one"))
        #expect(read.int("metadata", "generation") == 2)
        await cluster.cluster.close()
    }

    @Test("server-side apply merges lists by the keys of the schema, and strategic merge is no patch of a custom resource")
    func patches() async throws {
        let cluster = try await DefinitionCluster()
        try await cluster.define(cronTabs)
        func apply(_ manager: String, _ spec: Value) async throws -> Value {
            try cluster.value(
                try await cluster.perform(
                    .patch, "crontabs", name: "one",
                    body: ["apiVersion": "stable.example.com/v1", "kind": "CronTab", "metadata": ["name": "one"], "spec": spec],
                    patch: .apply
                ) { $0.options.fieldManager = manager })
        }
        _ = try await apply("a", ["cronSpec": "* * * * *", "steps": [["name": "x", "run": "1"]], "args": ["p"]])
        let both = try await apply("b", ["steps": [["name": "y", "run": "2"]], "args": ["q"]])
        #expect(both[path: "spec", "steps"]?.array?.map { $0["name"] } == ["x", "y"])
        #expect(both[path: "spec", "args"] == ["p", "q"])
        let left = try await apply("a", ["cronSpec": "* * * * *"])
        #expect(left[path: "spec", "steps"]?.array?.map { $0["name"] } == ["y"])
        #expect(left[path: "spec", "args"] == ["q"])
        do {
            _ = try await apply("c", ["cronSpec": "1 * * * *"])
            Issue.record("a conflict was let through")
        } catch let error as APIError {
            #expect(error.code == 409)
        }
        do {
            _ = try await cluster.perform(.patch, "crontabs", name: "one", body: ["spec": ["replicas": 2]], patch: .strategicMerge)
            Issue.record("a strategic merge patch was let through")
        } catch let error as APIError {
            #expect(error.code == 415)
        }
        await cluster.cluster.close()
    }

    @Test("field selectors name what the definition selects")
    func selectors() async throws {
        let cluster = try await DefinitionCluster()
        try await cluster.define(cronTabs)
        for (name, image) in [("one", "red"), ("two", "blue")] {
            _ = try await cluster.perform(
                .create, "crontabs",
                body: ["metadata": ["name": .string(name)], "spec": ["cronSpec": "* * * * *", "image": .string(image)]])
        }
        let list = try cluster.value(try await cluster.perform(.list, "crontabs") { $0.options.fieldSelector = "spec.image=blue" })
        #expect(list["items"]?.array?.map(\.name) == ["two"])
        await #expect(throws: APIError.self) { try await cluster.perform(.list, "crontabs") { $0.options.fieldSelector = "spec.mode=x" } }
        await cluster.cluster.close()
    }

    @Test("a definition that goes takes its objects along, once their finalizers are done")
    func deletion() async throws {
        let cluster = try await DefinitionCluster()
        try await cluster.define(cronTabs)
        var held = cronTab
        held["metadata"]?["finalizers"] = ["example.com/hold"]
        _ = try await cluster.perform(.create, "crontabs", body: held)
        let definition = "crontabs.stable.example.com"
        _ = try await cluster.perform(.delete, "customresourcedefinitions", group: "apiextensions.k8s.io", name: definition, namespace: "")
        try await cluster.wait(definition) { $0.contains { $0["reason"] == "InstanceDeletionInProgress" } }
        // The object waits for its finalizer, the definition for the object.
        #expect(try cluster.value(try await cluster.perform(.get, "crontabs", name: "one")).name == "one")
        await #expect(throws: APIError.self) {
            try await cluster.perform(.create, "crontabs", body: ["metadata": ["name": "late"], "spec": ["cronSpec": "* * * * *"]])
        }
        try await poll {
            try cluster.value(try await cluster.perform(.get, "crontabs", name: "one")).meta("deletionTimestamp") != nil
        }
        _ = try await cluster.perform(.patch, "crontabs", name: "one", body: ["metadata": ["finalizers": .null]], patch: .merge)
        try await cluster.wait(definition) { _ in false }
        #expect(cluster.cluster.store.list("stable.example.com/crontabs").objects.isEmpty)
        try await poll { (try? await cluster.perform(.list, "crontabs")) == nil }
        await cluster.cluster.close()
    }

    @Test("versions without a converter differ in name and in what their schemas show")
    func versions() async throws {
        let cluster = try await DefinitionCluster()
        try await cluster.define(
            """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: things.stable.example.com}
            spec:
              group: stable.example.com
              scope: Cluster
              names: {plural: things, singular: thing, kind: Thing, listKind: ManyThings}
              versions:
              - name: v1
                served: true
                storage: true
                schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string}, b: {type: string}}}}}}
              - name: v1beta1
                served: true
                storage: false
                deprecated: true
                selectableFields: [{jsonPath: .spec.c}]
                schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {a: {type: string}, c: {type: string, default: x}}}}}}
            """)
        let response = try await cluster.perform(
            .create, "things", version: "v1beta1", namespace: "",
            body: ["apiVersion": "stable.example.com/v1beta1", "kind": "Thing", "metadata": ["name": "t"], "spec": ["a": "1"]])
        let served = cluster.cluster.engine.registry[
            GroupVersionResource(group: "stable.example.com", version: "v1beta1", resource: "things")]
        #expect(served?.deprecation?.text == "stable.example.com/v1beta1 Thing is deprecated; use stable.example.com/v1 Thing")
        let beta = try cluster.value(response)
        #expect(beta["apiVersion"] == "stable.example.com/v1beta1")
        #expect(beta["spec"] == ["a": "1", "c": "x"])
        let stable = try cluster.value(try await cluster.perform(.get, "things", name: "t", namespace: ""))
        #expect(stable["apiVersion"] == "stable.example.com/v1")
        #expect(stable["spec"] == ["a": "1"])
        let list = try cluster.value(try await cluster.perform(.list, "things", namespace: ""))
        #expect(list["kind"] == "ManyThings")
        // A version is selected by the fields that it shows, stored or not.
        for (selector, count) in [("spec.c=x", 1), ("spec.c=y", 0), ("spec.c!=x", 0), ("spec.c=x,metadata.name=other", 0)] {
            let chosen = try cluster.value(
                try await cluster.perform(.list, "things", version: "v1beta1", namespace: "") { $0.options.fieldSelector = selector })
            #expect(chosen["items"]?.array?.count == count, "\(selector)")
        }
        var watched = APIRequest(
            verb: .watch, resource: GroupVersionResource(group: "stable.example.com", version: "v1beta1", resource: "things"),
            user: cluster.user)
        watched.options.fieldSelector = "spec.c=x"
        watched.options.resourceVersion = "0"
        let watch = try await cluster.cluster.engine.watch(watched)
        #expect(try await watch.next()?.map(\.kind) == [.added])
        _ = try await cluster.perform(
            .patch, "things", version: "v1", name: "t", namespace: "", body: ["metadata": ["labels": ["a": "b"]]], patch: .merge)
        #expect(try await watch.next()?.map(\.kind) == [.modified])
        watch.cancel()
        await cluster.cluster.close()
    }
}

extension Value {
    fileprivate func int(_ first: String, _ second: String) -> Int64? { self[path: first, second]?.int }
}
