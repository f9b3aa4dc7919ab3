import ClusterDNS
import Core
import Cryptography
import HTTPTransport
import Identity
import JSON
import KubernetesAPI
import NodeAgent
import Randomness
import SchemaEngine
import TestSupport
import Testing
import Values

/// Damaged messages of protocols and damaged certificates.
@Suite struct BinaryFuzzTests {
    private func each(_ seed: UInt64, _ samples: [[UInt8]], _ body: ([UInt8]) throws -> Void) rethrows {
        var fuzzer = Fuzzer(seed: seed, samples)
        for _ in 0..<Fuzzer.iterations { try body(fuzzer.next()) }
    }

    @Test func `protobuf messages of kinds`() throws {
        let objects: [Value] = [
            [
                "apiVersion": "v1", "kind": "Pod",
                "metadata": ["name": "a", "labels": ["x": "y"], "creationTimestamp": "2026-01-01T00:00:00Z"],
                "spec": [
                    "containers": [
                        ["name": "c", "resources": ["limits": ["cpu": "1"]], "ports": [["containerPort": 80]], "args": ["a", "b"]]
                    ]
                ],
            ],
            [
                "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "metadata": ["name": "a"],
                "spec": [
                    "versions": [
                        ["name": "v1", "schema": ["openAPIV3Schema": ["properties": ["a": ["default": [1, "x"], "items": [:]]]]]]
                    ]
                ],
            ],
            ["apiVersion": "v1", "kind": "Service", "metadata": ["name": "a"], "spec": ["ports": [["port": 80, "targetPort": "http"]]]],
            ["apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "spec": ["renewTime": "2026-01-01T00:00:00.000001Z"]],
        ]
        let samples = try objects.map { object in
            let kind = GroupVersionKind(apiVersion: object["apiVersion"]?.string ?? "", kind: object["kind"]?.string ?? "")
            return ProtobufEncoder.encode(object, as: try #require(BuiltInSchema.shared.structure(of: kind)))
        }
        try each(40, samples) { bytes in
            guard let value = try? ProtobufDecoder.decode(bytes, { BuiltInSchema.shared.structure(of: $0) }) else { return }
            let kind = GroupVersionKind(apiVersion: value["apiVersion"]?.string ?? "", kind: value["kind"]?.string ?? "")
            let structure = try #require(BuiltInSchema.shared.structure(of: kind))
            let again = try ProtobufDecoder.decode(ProtobufEncoder.encode(value, as: structure)) { BuiltInSchema.shared.structure(of: $0) }
            let third = try ProtobufDecoder.decode(ProtobufEncoder.encode(again, as: structure)) { BuiltInSchema.shared.structure(of: $0) }
            #expect(JSONWriter.encode(third) == JSONWriter.encode(again))
            _ = try? JSONParser.parse(JSONWriter.encode(value))
        }
    }

    @Test func `SPDY frames`() throws {
        var codec = try #require(SPDYCodec())
        let frames: [SPDYFrame] = [
            .synStream(id: 1, headers: ["streamtype": "data", "port": "80"], isLast: false), .ping(id: 1),
            .data(id: 1, bytes: Array("hello".utf8), isLast: true), .settings, .windowUpdate(id: 1, delta: 5), .reset(id: 1, status: 5),
        ]
        var samples: [[UInt8]] = []
        for frame in frames { samples.append(codec.encode(frame)) }
        samples.append(Array(samples.joined()))
        each(41, samples) { bytes in
            guard var codec = SPDYCodec() else { return }
            codec.append(bytes)
            do { while try codec.next() != nil {} } catch { return }
        }
    }

    @Test func `frames of WebSockets`() {
        let samples = [
            WebSocketFrame(opcode: .text, payload: Array("hello".utf8)).encoded(mask: 7),
            WebSocketFrame(isFinal: false, opcode: .binary, payload: [UInt8](repeating: 1, count: 300)).encoded(mask: 9),
            WebSocketFrame(opcode: .ping, payload: []).encoded(mask: nil),
        ]
        each(42, samples) { bytes in
            for expectsMask in [true, false] {
                var decoder = WebSocketDecoder(expectsMask: expectsMask)
                decoder.append(bytes)
                do {
                    while let frame = try decoder.next() { #expect(frame.payload.count <= bytes.count) }
                } catch { continue }
            }
        }
    }

    @Test func `compressed bodies`() throws {
        let packed = try #require(Gzip.compress([UInt8](repeating: 65, count: 100_000)))
        each(43, [packed, try #require(Gzip.compress(Array("short".utf8)))]) { bytes in
            if let whole = Gzip.decompress(bytes, limit: 50_000) { #expect(whole.count <= 50_000) }
        }
    }

    @Test func `certificates and keys`() throws {
        let chain = [TestCertificates.authority, TestCertificates.serverCertificate, TestCertificates.serverKey]
        let pems = chain + [SampleCertificates.leaf, SampleCertificates.signingRequest].map { Array($0.utf8) }
        each(44, pems) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            _ = (
                try? Certificate(pem: text), try? SigningKey(pem: text), try? CertificationRequest(pem: text),
                try? SigningRequest(pem: text)
            )
        }
        let ders = [try Certificate(pem: SampleCertificates.leaf).der, try Certificate(pem: SampleCertificates.authority).der]
        each(45, ders) { bytes in _ = (try? Certificate(der: bytes), try? CertificationRequest(der: bytes)) }
    }

    @Test func `DNS messages`() throws {
        let name = try #require(DomainName("web.shop.svc.cluster.local"))
        let query = Query(id: 1, question: Question(name, .a))
        var response = Response()
        response.answers = [Record(name, ttl: 5, .address([10, 0, 0, 1]))]
        let samples = [MessageWriter.query(query), MessageWriter.response(response, to: query, limit: 512)]
        each(46, samples) { bytes in
            if let read = try? MessageReader.query(bytes) { _ = MessageWriter.response(response, to: read, limit: 512) }
            _ = try? UpstreamAnswer(bytes, id: 1, question: query.question)
        }
    }

    @Test func `lines of containers' logs`() {
        let samples = [
            "2026-11-22T07:42:15.123456789Z stdout F hello", "2026-11-22T07:42:15Z stderr P half a line ",
            "2026-11-22T07:42:15+02:00 stdout F ",
            "2026-11-22T07:42:15.1Z stdout F:tag {\"a\":1}",
        ]
        each(47, samples.map { Array($0.utf8) }) { bytes in
            guard let line = ContainerLog.parse(bytes[...]) else { return }
            #expect(line.content.count <= bytes.count)
        }
    }

    @Test func `parameters of requests`() {
        let samples = ["labelSelector=a%3Db%2Cc&limit=5&watch", "a=1&a=2&=3&&%zz=%C3%28", "continue=eyJ2+%2B&dryRun=All"]
        each(48, samples.map { Array($0.utf8) }) { bytes in
            let query = QueryParameters(Substring(decoding: bytes, as: UTF8.self))
            for item in query.items { #expect(query.all(item.name).contains(item.value)) }
        }
    }
}
