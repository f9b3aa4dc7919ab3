import Core
import ResourceEngine
import Synchronization
import TestSupport
import Testing
import Values

@Suite struct ClaimStatusAuthorizationTests {
    /// Allows everything but parts of claims; of those what is granted ("VERB PART NAMESPACE/NAME").
    private final class Grants: Authorizer {
        let granted = Mutex<Set<String>>([])
        func authorize(_ attributes: RequestAttributes) async -> AuthorizationDecision {
            guard ["binding", "driver"].contains(attributes.subresource) else { return .allow(reason: "") }
            let key = "\(attributes.verb) \(attributes.subresource) \(attributes.namespace)/\(attributes.name)"
            return granted.withLock { $0.contains(key) } ? .allow(reason: "") : .noOpinion(reason: "")
        }
    }

    private static let resource = GroupVersionResource(group: "resource.k8s.io", version: "v1", resource: "resourceclaims")
    private static let user: Value = ["resource": "pods", "name": "p", "uid": "u"]
    private static func device(_ driver: String, _ data: Value = [:]) -> Value {
        ["driver": .string(driver), "pool": "n", "device": "d", "data": data]
    }

    private struct Scene {
        let grants: Grants
        let cluster: TestCluster
        var claim: Value

        init() async throws {
            let grants = Grants()
            self.grants = grants
            cluster = try await TestCluster(
                authorizer: grants, plugins: { try BuiltInAdmission.plugins($0) + [ClaimStatusAuthorization(grants)] })
            claim = [:]
            let requests = ["a", "b"].map { ["name": .string($0), "exactly": ["deviceClassName": "gpu"]] as Value }
            claim = try await send(
                .create,
                [
                    "apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": ["name": "c", "namespace": "default"],
                    "spec": ["devices": ["requests": .array(requests)]],
                ])
        }

        func send(_ verb: Verb, _ body: Value, by user: UserInfo = UserInfo(name: "driver", groups: [])) async throws -> Value {
            var request = APIRequest(verb: verb, resource: resource, user: user)
            request.name = verb == .create ? "" : "c"
            request.namespace = "default"
            request.subresource = verb == .create ? "" : "status"
            request.body = .value(body)
            return try cluster.engine.value(of: try await cluster.engine.perform(request))
        }

        /// Why a new status is refused; nil when it is taken.
        mutating func refusal(_ status: Value, by user: UserInfo = UserInfo(name: "driver", groups: [])) async throws -> String? {
            var changed = claim
            changed["status"] = status
            do {
                claim = try await send(.update, changed, by: user)
                return nil
            } catch let error as APIError {
                #expect(error.reason == .invalid)
                return error.message
            }
        }

        func grant(_ rights: String...) { grants.granted.withLock { $0.formUnion(rights) } }
    }

    private static func status(_ devices: [Value], node: String = "n1") -> Value {
        let results = ["a", "b"].map { name -> Value in
            ["request": .string(name), "driver": .string("\(name).example.com"), "pool": "n", "device": "d"]
        }
        let term: Value = ["matchFields": [["key": "metadata.name", "operator": "In", "values": [.string(node)]]]]
        return [
            "allocation": ["devices": ["results": .array(results)], "nodeSelector": ["nodeSelectorTerms": [term]]],
            "reservedFor": [user], "devices": .array(devices),
        ]
    }

    @Test func `who may not bind claims cannot say what is allocated, nor for whom`() async throws {
        var scene = try await Scene()
        let refusal = try await scene.refusal(Self.status([]))
        #expect(
            refusal == """
                ResourceClaim.resource.k8s.io "c" is invalid: status.allocation: Forbidden: changing status.allocation or status.reservedFor \
                requires resource="resourceclaims/binding", verb="update" permission: resourceclaims.resource.k8s.io is forbidden: \
                User "driver" cannot update resource "resourceclaims/binding" in API group "resource.k8s.io" at the cluster scope
                """)
        scene.grant("update binding /")
        #expect(try await scene.refusal(Self.status([])) == nil)
        scene.grants.granted.withLock { $0 = [] }
        var other = Self.status([])
        other["reservedFor"] = []
        #expect(try await scene.refusal(other)?.contains("resourceclaims/binding") == true)
        await scene.cluster.close()
    }

    @Test func `each driver speaks for its own devices`() async throws {
        var scene = try await Scene()
        scene.grant("update binding /")
        #expect(try await scene.refusal(Self.status([])) == nil)
        let both = Self.status([Self.device("a.example.com"), Self.device("b.example.com")])
        let refusal = try await scene.refusal(both)
        #expect(
            refusal?.contains(
                """
                status.devices: Forbidden: changing status.devices requires resource="resourceclaims/driver", \
                verb="[arbitrary-node:update]" permission: resourceclaims.resource.k8s.io "a.example.com" is forbidden: User "driver" \
                cannot arbitrary-node:update resource "resourceclaims/driver" in API group "resource.k8s.io" in the namespace "default"
                """) == true, "\(refusal ?? "")")
        #expect(refusal?.contains("\"b.example.com\"") == true)
        scene.grant("arbitrary-node:update driver default/a.example.com")
        let one = try await scene.refusal(both)
        #expect(one?.contains("\"a.example.com\"") == false && one?.contains("\"b.example.com\"") == true)
        #expect(try await scene.refusal(Self.status([Self.device("a.example.com")])) == nil)
        // What others said stays as it is, and is not taken back.
        scene.grants.granted.withLock { $0 = ["arbitrary-node:update driver default/b.example.com"] }
        #expect(try await scene.refusal(both) == nil)
        #expect(try await scene.refusal(Self.status([Self.device("b.example.com")]))?.contains("\"a.example.com\"") == true)
        let more = Self.status([Self.device("a.example.com", ["x": 1]), Self.device("b.example.com")])
        #expect(try await scene.refusal(more)?.contains("\"a.example.com\"") == true)
        await scene.cluster.close()
    }

    @Test func `a driver's account on the node of the devices needs less`() async throws {
        var scene = try await Scene()
        scene.grant("update binding /", "associated-node:update driver default/a.example.com")
        #expect(try await scene.refusal(Self.status([])) == nil)
        func account(_ nodes: [String]?) -> UserInfo {
            var user = UserInfo.serviceAccount("driver")
            user.extra["authentication.kubernetes.io/node-name"] = nodes
            return user
        }
        let news = Self.status([Self.device("a.example.com")])
        for nodes in [nil, ["n2"], ["n1", "n2"]] { #expect(try await scene.refusal(news, by: account(nodes)) != nil) }
        var stranger = account(["n1"])
        stranger.name = "driver"
        #expect(try await scene.refusal(news, by: stranger) != nil)
        #expect(try await scene.refusal(news, by: account(["n1"])) == nil)
        // Who gives devices back takes what was said of them along.
        #expect(try await scene.refusal([:], by: UserInfo(name: "scheduler", groups: [])) == nil)
        #expect(scene.claim[path: "status", "devices"] == nil)
        await scene.cluster.close()
    }
}
