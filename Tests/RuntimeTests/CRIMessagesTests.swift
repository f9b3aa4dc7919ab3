import Runtime
import SchemaEngine
import Testing

@Suite struct CRIMessagesTests {
    private static let status = CRIContainerStatus.with {
        $0.id = "c1"
        $0.metadata.name = "main"
        $0.metadata.attempt = 3
        $0.state = .exited
        $0.createdAt = 1_700_000_000_000_000_000
        $0.finishedAt = -1
        $0.exitCode = -137
        $0.image.image = "docker.io/martlet/test:1"
        $0.reason = "Error"
        $0.labels = ["a": "1", "b": "", "": "3"]
        $0.mounts = [.with { $0.propagation = .bidirectional }, CRIMount(), .with { $0.readonly = true }]
        $0.imageID = "sha256:ä"
    }

    @Test func `A message is written as protobuf says`() {
        let spec = CRIImageSpec.with {
            $0.image = "a"
            $0.userSpecifiedImage = "bc"
        }
        #expect(spec.protobuf == [0x0A, 1, 0x61, 0x92, 0x01, 2, 0x62, 0x63])
        let image = CRIImage.with {
            $0.size = 300
            $0.uid = 0
            $0.pinned = true
        }
        #expect(image.protobuf == [0x20, 0xAC, 0x02, 0x2A, 0, 0x40, 1])
        let mapping = CRIPortMapping.with {
            $0.protocol = .sctp
            $0.hostPort = -1
        }
        #expect(mapping.protobuf == [0x08, 2, 0x18] + Array(repeating: 0xFF, count: 9) + [1])
        let context = CRILinuxSandboxSecurityContext.with {
            $0.supplementalGroups = [1, 128]
            $0.runAsGroup = 7
        }
        // A message that is not optional is there, be it empty: an empty profile is the runtime's default one.
        #expect(context.protobuf == [0x0A, 0, 0x2A, 3, 1, 0x80, 1, 0x42, 2, 0x08, 7, 0x4A, 0])
        let filter = CRIContainerFilter.with {
            $0.state = .created
            $0.labelSelector = ["k": "v"]
        }
        #expect(filter.protobuf == [0x12, 0, 0x22, 6, 0x0A, 1, 0x6B, 0x12, 1, 0x76])
    }

    @Test func `What was written is read again`() throws {
        let read = try CRIContainerStatus(protobuf: Self.status.protobuf)
        #expect(read.id == "c1" && read.metadata.name == "main" && read.metadata.attempt == 3)
        #expect(read.state == .exited && read.exitCode == -137 && read.finishedAt == -1)
        #expect(read.createdAt == 1_700_000_000_000_000_000 && read.startedAt == 0)
        #expect(read.image.image == "docker.io/martlet/test:1" && read.imageID == "sha256:ä" && read.reason == "Error")
        #expect(read.labels == ["a": "1", "b": "", "": "3"])
        #expect(read.mounts.map(\.propagation) == [.bidirectional, .private, .private])
        #expect(read.mounts.map(\.readonly) == [false, false, true])
        #expect(read.protobuf == Self.status.protobuf)
        let none = try CRIContainerFilter(protobuf: [])
        #expect(none.state == nil && CRIContainerFilter().protobuf.isEmpty)
        #expect(try CRIContainerFilter(protobuf: [0x12, 0]).state == .created)
    }

    @Test func `Fields of a newer interface, of another kind and of unknown cases are passed over`() throws {
        let unknown: [UInt8] = [0xFA, 0x01, 2, 8, 8, 0xF9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0xFD, 0x01, 1, 2, 3, 4, 0xF8, 0x01, 5]
        let read = try CRIContainerStatus(protobuf: unknown + Self.status.protobuf + unknown)
        #expect(read.protobuf == Self.status.protobuf)
        #expect(try CRIContainerStatus(protobuf: [0x08, 1]).id == "")
        #expect(try CRIContainerStatus(protobuf: [0x18, 2, 0x18, 77]).state == .exited)
        // Numbers of a list come packed or one by one.
        #expect(try CRILinuxSandboxSecurityContext(protobuf: [0x28, 5, 0x2A, 2, 6, 7]).supplementalGroups == [5, 6, 7])
        #expect(try CRIImage(protobuf: [0x20] + Array(repeating: 0xFF, count: 9) + [1]).size == 1 << 50)
    }

    @Test func `Bytes that are cut off, or would fill the memory, are refused`() {
        let bytes = Self.status.protobuf
        for length in bytes.indices {
            // Between two fields a message may end.
            if let read = try? CRIContainerStatus(protobuf: Array(bytes[..<length])) { #expect(read.protobuf.count <= bytes.count) }
        }
        #expect(throws: ProtobufError.self) { try CRIContainerStatus(protobuf: Array(bytes.dropLast())) }
        let many = Array(repeating: [UInt8]([0x72, 0]), count: ProtobufCodec.elementLimit + 1).flatMap { $0 }
        #expect(throws: ProtobufError.self) { try CRIContainerStatus(protobuf: many) }
    }

    @Test func `No bytes end the process`() {
        var random = SystemRandomNumberGenerator()
        let seed = Self.status.protobuf
        for _ in 0..<2_000 {
            var bytes = seed
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: bytes.remove(at: place)
                default: bytes.insert(0xFF, at: place)
                }
            }
            if let read = try? CRIContainerStatus(protobuf: bytes) {
                // What can be read can be written and read.
                #expect(throws: Never.self) { try CRIContainerStatus(protobuf: read.protobuf) }
            }
            _ = try? CRIPodSandboxStatus(protobuf: bytes)
            _ = try? CRIImage(protobuf: bytes)
            _ = try? CRIContainerStats(protobuf: bytes)
        }
    }
}
