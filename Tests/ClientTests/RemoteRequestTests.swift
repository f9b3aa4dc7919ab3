import Client
import Core
import HTTPTransport
import JSON
import ResourceEngine
import Testing
import Values
import YAML

@Suite struct RemoteRequestTests {
    private static let pods = GroupVersionResource(group: "", version: "v1", resource: "pods")
    private static let deployments = GroupVersionResource(group: "apps", version: "v1", resource: "deployments")

    private func request(_ verb: Verb, _ resource: GroupVersionResource, _ change: (inout APIRequest) -> Void = { _ in }) -> APIRequest {
        var request = APIRequest(verb: verb, resource: resource, user: UserInfo(name: "", groups: []))
        change(&request)
        return request
    }

    @Test func `a create goes to the collection, a create through a subresource to the object`() throws {
        let plain = try RemoteRequest(
            request(.create, Self.pods) {
                $0.namespace = "a"
                $0.name = "p"
                $0.body = .value(["kind": "Pod"])
                $0.options.fieldManager = "me"
            })
        #expect(plain.method == "POST")
        #expect(plain.path == "/api/v1/namespaces/a/pods?fieldManager=me")
        #expect(plain.contentType == "application/json")
        #expect(String(decoding: plain.body, as: UTF8.self) == "{\"kind\":\"Pod\"}")
        let binding = try RemoteRequest(
            request(.create, Self.pods) {
                $0.namespace = "a"
                $0.name = "p"
                $0.subresource = "binding"
            })
        #expect(binding.path == "/api/v1/namespaces/a/pods/p/binding")
    }

    @Test func `selectors and revisions are parameters, encoded`() throws {
        let watch = try RemoteRequest(
            request(.watch, Self.deployments) {
                $0.options.labelSelector = "a in (b,c)"
                $0.options.fieldSelector = "spec.nodeName!="
                $0.options.resourceVersion = "17"
                $0.options.allowWatchBookmarks = true
            },
            prefix: "/clusters/x")
        #expect(watch.method == "GET")
        #expect(
            watch.path
                == "/clusters/x/apis/apps/v1/deployments?watch=true&labelSelector=a%20in%20%28b%2Cc%29&fieldSelector=spec.nodeName%21%3D&resourceVersion=17&allowWatchBookmarks=true"
        )
    }

    @Test func `what a delete is told goes in its body`() throws {
        let delete = try RemoteRequest(
            request(.delete, Self.pods) {
                $0.namespace = "a"
                $0.name = "p"
                $0.options.gracePeriodSeconds = 0
                $0.options.preconditionUID = "u"
            })
        #expect(delete.path == "/api/v1/namespaces/a/pods/p")
        let body = try JSONParser.parse(delete.body)
        #expect(body["gracePeriodSeconds"] == 0)
        #expect(body["preconditions"]?["uid"] == "u")
        let plain = try RemoteRequest(request(.delete, Self.pods) { $0.name = "p" })
        #expect(plain.body.isEmpty)
    }

    @Test func `a name is never left out silently`() {
        #expect(throws: APIError.self) { try RemoteRequest(request(.delete, Self.pods) { $0.namespace = "a" }) }
    }

    @Test func `lines are whole however they are cut`() {
        var buffer = LineBuffer()
        let text = Array("one\n\ntwo\nthree".utf8)
        for size in 1...text.count {
            buffer = LineBuffer()
            var lines: [[UInt8]] = []
            var start = 0
            while start < text.count {
                lines += buffer.take(Array(text[start..<min(start + size, text.count)]))
                start += size
            }
            #expect(lines == [Array("one".utf8), Array("two".utf8)])
        }
    }

    @Test func `a kubeconfig tells where the server is and who asks`() throws {
        let document = try YAMLParser.parse(
            """
            current-context: one
            contexts:
            - {name: one, context: {cluster: c, user: u, namespace: shop}}
            - {name: two, context: {cluster: d, user: t}}
            - {name: three, context: {cluster: d, user: x}}
            clusters:
            - {name: c, cluster: {server: "https://[::1]:6443/prefix/", certificate-authority: ca.pem}}
            - {name: d, cluster: {server: "https://api.example", insecure-skip-tls-verify: true}}
            users:
            - {name: u, user: {client-certificate-data: Yw==, client-key-data: aw==}}
            - {name: t, user: {token: secret}}
            - {name: x, user: {exec: {command: aws}}}
            """)
        let read: (String) throws -> [UInt8] = { Array("<\($0)>".utf8) }
        let one = try ClusterAccess(document, file: read)
        #expect(one.host == "::1" && one.port == 6443 && one.pathPrefix == "/prefix" && one.namespace == "shop")
        #expect(one.tls.authorities == Array("<ca.pem>".utf8))
        #expect(one.tls.certificateChain == Array("c".utf8) && one.tls.privateKey == Array("k".utf8))
        let two = try ClusterAccess(document, context: "two", file: read)
        #expect(two.host == "api.example" && two.port == 443 && two.token == .fixed("secret") && two.tls.verification == .none)
        #expect(throws: KubeconfigError.self) { try ClusterAccess(document, context: "three", file: read) }
        #expect(throws: KubeconfigError.self) { try ClusterAccess(document, context: "four", file: read) }
    }
}
