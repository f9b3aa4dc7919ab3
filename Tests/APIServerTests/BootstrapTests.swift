import APIServer
import Core
import JSON
import Testing
import Values

#if canImport(Glibc)
    import Glibc
#endif

/// What upstream v1.36 has in a new cluster, by `group/version/resource`.
private func recorded() throws -> Value {
    let path = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    let file = try #require(fopen("/\(path)/Recorded/bootstrap.json", "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return try JSONParser.parse(bytes)
}

private func place(_ object: Value) -> String {
    "\(object[path: "metadata", "namespace"]?.string ?? "")/\(object[path: "metadata", "name"]?.string ?? "")"
}

@Suite("Bootstrap objects")
struct BootstrapTests {
    /// Compares our objects of a resource with upstream's in the given fields, and says which are missing or too many.
    private func compare(_ ours: [BootstrapFacts.Wanted], _ resource: String, _ fields: [String]) throws {
        let mine = ours.filter { "\($0.resource)" == resource }
        let theirs = try #require(try recorded()[resource]?.array)
        #expect(Set(mine.map { place($0.object) }) == Set(theirs.map(place)))
        for object in theirs {
            guard let match = mine.first(where: { place($0.object) == place(object) }) else { continue }
            for field in fields {
                #expect((match.object[field] ?? .null) == (object[field] ?? .null), "\(resource) \(place(object)) \(field)")
            }
        }
    }

    @Test func `roles are upstream's, with aggregated rules in place`() throws {
        let ours = BootstrapFacts.rolesAndBindings
        let rules = { (value: Value?) in Set(value?.array ?? []) }
        for resource in ["clusterroles", "roles"] {
            try compare(ours, "rbac.authorization.k8s.io/v1/\(resource)", ["metadata", "aggregationRule"])
            for object in try recorded()["rbac.authorization.k8s.io/v1/\(resource)"]?.array ?? [] {
                let match = ours.first { $0.resource.resource == resource && place($0.object) == place(object) }
                let (mine, theirs) = (rules(match?.object["rules"]), rules(object["rules"]))
                #expect(mine.symmetricDifference(theirs).map { JSONWriter.string($0) } == [], "\(place(object))")
            }
        }
    }

    @Test func `bindings are upstream's`() throws {
        for resource in ["clusterrolebindings", "rolebindings"] {
            try compare(
                BootstrapFacts.rolesAndBindings, "rbac.authorization.k8s.io/v1/\(resource)", ["metadata", "roleRef", "subjects"])
        }
    }

    @Test func `flow schemas, priorities, namespaces and API services are upstream's`() throws {
        try compare(BootstrapFacts.flowControlObjects, "flowcontrol.apiserver.k8s.io/v1/flowschemas", ["spec"])
        try compare(BootstrapFacts.flowControlObjects, "flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations", ["spec"])
        try compare(BootstrapFacts.namespaces, "v1/namespaces", [])
        try compare(BootstrapFacts.priorityClasses, "scheduling.k8s.io/v1/priorityclasses", ["value", "description"])
        try compare(BootstrapFacts.apiServices, "apiregistration.k8s.io/v1/apiservices", ["metadata", "spec"])
    }

    private let parameters = BootstrapParameters(
        serviceCIDR: "10.0.0.0/16", serviceAddress: "10.0.0.1", dnsAddress: "10.0.0.10", apiAddress: "192.0.2.7", apiPort: 7443,
        clientAuthorityPEM: "ca", frontProxyAuthorityPEM: "proxy")

    @Test func `the kubernetes Service says where the API server is`() throws {
        let objects = parameters.objects(now: Timestamp(seconds: 0))
        let service = try #require(objects.first { $0.resource.resource == "services" && $0.key.name == "kubernetes" })
        let upstream = try #require(try recorded()["v1/services"]?.array?.first)
        #expect(service.object[path: "metadata", "labels"] == upstream[path: "metadata", "labels"])
        for member in service.object["spec"]?.object ?? Object() {
            #expect(member.value == upstream["spec"]?[member.key], "\(member.key)")
        }
        let slice = try #require(objects.first { $0.resource.resource == "endpointslices" })
        #expect(slice.object["endpoints"]?.array?.first?["addresses"] == ["192.0.2.7"])
        let authorities = try #require(objects.first { $0.key.name == "extension-apiserver-authentication" })
        let wanted = try recorded()["v1/configmaps"]?.array?.first { place($0) == place(authorities.object) }
        for key in wanted?["data"]?.object?.keys.map({ $0 }) ?? [] { #expect(authorities.object["data"]?[key] != nil, "\(key)") }
    }

    private let role = BootstrapFacts.rolesAndBindings.first { $0.key.name == "system:kube-dns" && $0.resource.resource == "clusterroles" }
    private let binding = BootstrapFacts.rolesAndBindings.first {
        $0.key.name == "system:basic-user" && $0.resource.resource == "clusterrolebindings"
    }

    @Test func `what is there already and complete is kept`() {
        for wanted in BootstrapFacts.rolesAndBindings + BootstrapFacts.flowControlObjects + BootstrapFacts.apiServices {
            #expect(BootstrapReconciliation.reconcile(wanted.object, wanted) == .keep, "\(wanted.key)")
        }
        for wanted in parameters.objects(now: Timestamp(seconds: 0)) {
            var existing = wanted.object
            existing["metadata"]?["uid"] = "u"
            existing["status"] = ["loadBalancer": [:]]
            #expect(BootstrapReconciliation.reconcile(existing, wanted) == .keep, "\(wanted.key)")
        }
    }

    @Test func `a role gets back the rules it lost and keeps those it was given`() throws {
        let wanted = try #require(role)
        let mine: Value = ["apiGroups": [""], "resources": ["pods"], "verbs": ["list"]]
        var existing = wanted.object
        existing["rules"] = [mine]
        existing["metadata"]?["labels"] = ["team": "net"]
        guard case .update(let updated) = BootstrapReconciliation.reconcile(existing, wanted) else {
            Issue.record("not updated")
            return
        }
        #expect(updated["rules"]?.array == [mine] + (wanted.object["rules"]?.array ?? []))
        #expect(updated[path: "metadata", "labels"]?["team"] == "net")
        #expect(updated[path: "metadata", "labels"]?["kubernetes.io/bootstrapping"] == "rbac-defaults")
        existing["metadata"]?["annotations"]?["rbac.authorization.kubernetes.io/autoupdate"] = "false"
        #expect(BootstrapReconciliation.reconcile(existing, wanted) == .keep)
        // A rule that allows more says it already.
        existing["rules"] = [["apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]]]
        existing["metadata"] = wanted.object["metadata"]
        #expect(BootstrapReconciliation.reconcile(existing, wanted) == .keep)
    }

    @Test func `a binding gets back its subjects, and is replaced when it binds another role`() throws {
        let wanted = try #require(binding)
        var existing = wanted.object
        existing["subjects"] = [["kind": "User", "apiGroup": "rbac.authorization.k8s.io", "name": "ada"]]
        guard case .update(let updated) = BootstrapReconciliation.reconcile(existing, wanted) else {
            Issue.record("not updated")
            return
        }
        #expect(updated["subjects"]?.array?.count == 2)
        existing["roleRef"]?["name"] = "other"
        #expect(BootstrapReconciliation.reconcile(existing, wanted) == .replace)
    }

    @Test func `the endpoints follow the API server to another address`() throws {
        var moved = parameters
        moved.apiAddress = "192.0.2.8"
        for (old, new) in zip(parameters.objects(now: Timestamp(seconds: 0)), moved.objects(now: Timestamp(seconds: 0)))
        where ["endpoints", "endpointslices"].contains(new.resource.resource) {
            #expect(BootstrapReconciliation.reconcile(old.object, new) == .update(new.object))
        }
    }
}
