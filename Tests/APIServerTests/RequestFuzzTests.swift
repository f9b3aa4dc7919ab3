import Glibc
import HTTPTransport
import Linux
import Randomness
import Testing

/// Damaged requests to a whole server: each is answered, and not with a fault of the server's.
@Suite struct RequestFuzzTests {
    private static let maps = "/api/v1/namespaces/default/configmaps"

    @Test func `headers and parameters`() async throws {
        var accepts = Fuzzer(
            seed: 60,
            texts: [
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;q=0.5", "application/vnd.kubernetes.protobuf, */*;q=0.1",
                "application/yaml", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1;q=1e400, text/*;q=nan",
            ])
        var types = Fuzzer(
            seed: 61,
            texts: ["application/json; charset=utf-8", "application/vnd.kubernetes.protobuf;type=x", "application/yaml", "text/plain;"])
        var queries = Fuzzer(
            seed: 62,
            texts: [
                "labelSelector=a%3Db%2Cc+notin+(d)&limit=5&continue=eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MX0",
                "fieldSelector=metadata.name%21%3Dx&resourceVersion=0&resourceVersionMatch=NotOlderThan&timeoutSeconds=1",
                "dryRun=All&fieldManager=m&fieldValidation=Strict&pretty=true&timeout=3s",
            ])
        var bodies = Fuzzer(
            seed: 63,
            texts: [#"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"a-"},"data":{"k":"v"}}"#, "kind: ConfigMap\n"])
        try await withAPIServer { server in
            for _ in 0..<Fuzzer.iterations {
                let query = queries.text()
                // Who watches is answered for as long as he likes.
                guard !query.contains("watch") else { continue }
                let accept = accepts.text()
                let read = try await server.send("GET", "\(Self.maps)?\(query)", headers: ["Accept": accept])
                #expect(isRight(read), "GET \(query) \(accept)")
                let (type, body) = (types.text(), bodies.text())
                let answer = try await server.send(
                    "POST", "\(Self.maps)?dryRun=All&\(query)", body, headers: ["Accept": accept, "Content-Type": type])
                #expect(isRight(answer), "POST \(query) \(accept) \(type) \(body)")
            }
            let last = try await server.send("GET", "/readyz")
            #expect(last.status == 200)
        }
    }

    /// Whether the server is not at fault: 504 is for a resource version that is not there yet, as damage makes of 0.
    private func isRight(_ answer: HTTPResponse) -> Bool {
        (200..<500).contains(answer.status)
            || answer.status == 504 && String(decoding: answer.body, as: UTF8.self).contains("Too large resource version")
    }

    /// What a server says to bytes that come to it, until it ends the connection; on a thread of its own.
    private func answer(_ bytes: [UInt8], port: Int) async -> [UInt8] {
        await withCheckedContinuation { continuation in
            Thread.start(name: "fuzz") { continuation.resume(returning: Self.exchange(bytes, port: UInt16(port))) }
        }
    }

    private static func exchange(_ bytes: [UInt8], port: UInt16) -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
        }
        guard connected == 0, send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return [] }
        shutdown(descriptor, Int32(SHUT_WR))
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { return answer }
            answer += chunk[..<count]
        }
    }

    @Test func `bodies in chunks`() async throws {
        let head = [
            "POST \(Self.maps)?dryRun=All HTTP/1.1", "Host: x", "Content-Type: application/json", "Transfer-Encoding: chunked", "", "",
        ].joined(separator: "\r\n")
        var fuzzer = Fuzzer(
            seed: 64,
            texts: [
                "1a\r\n{\"metadata\":{\"name\":\"a\"}}\r\n0\r\n\r\n",
                "5;x=y\r\n{\"dat\r\n7\r\na\":{}}\r\n0\r\nTrailer: x\r\n\r\n",
                "FFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n", "2\r\n{}\r\n0\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n\r\n",
            ])
        try await withAPIServer { server in
            guard case .tcp(_, let port) = server.target else {
                Issue.record("the server is not reached by TCP")
                return
            }
            // Each takes a connection of its own.
            for _ in 0..<min(Fuzzer.iterations, 20_000) {
                let bytes = fuzzer.next()
                let text = String(decoding: await answer(Array(head.utf8) + bytes, port: port), as: UTF8.self)
                #expect(!text.hasPrefix("HTTP/1.1 5"), "\(bytes)")
            }
            let last = try await server.send("GET", "/readyz")
            #expect(last.status == 200)
        }
    }
}
