import Core
import Glibc
import JSON
import ResourceEngine
import TestSupport
import Testing
import Values

/// Minimal objects of nearly every kind come out of the whole chain as upstream's do.
@Suite struct RecordedDefaultsTests {
    /// What differs by nature: identities, times, allocated addresses.
    private static let masked: Set<String> = [
        "uid", "resourceVersion", "creationTimestamp", "time", "clusterIP", "clusterIPs", "nodePort", "healthCheckNodePort",
        "lastPhaseTransitionTime", "controller-uid", "batch.kubernetes.io/controller-uid",
    ]
    /// Reviews are answered by whoever authorises and authenticates, who is not here. Of the others only the managed fields differ: an
    /// empty list that a client sends is not noted, and untyped data is noted member by member.
    private static let unlike: Set<String> = ["selfsubjectaccessreviews", "selfsubjectreviews"]
    private static let unlikeInManagedFields: Set<String> = ["controllerrevisions", "clusterroles", "csinodes"]

    @Test func everyRecordedObjectIsAnsweredAsRecorded() async throws {
        let cluster = try await TestCluster()
        var problems: [String] = []
        for (number, line) in try Self.lines().enumerated() {
            let request = try #require(Self.request(line, cluster.engine.registry))
            guard !Self.unlike.contains(request.resource.resource) else { continue }
            let got: Value
            do {
                got = try cluster.engine.value(of: try await cluster.engine.perform(request))
            } catch let error as APIError {
                got = error.status
            }
            var differences = Self.differences(Self.mask(got), Self.mask(line["output"] ?? .null))
            if Self.unlikeInManagedFields.contains(request.resource.resource) {
                differences.removeAll { $0.hasPrefix(".metadata.managedFields") }
            }
            problems += differences.map { "\(number) \(request.resource): \($0)" }
        }
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }

    private static func request(_ line: Value, _ registry: ResourceRegistry) -> APIRequest? {
        let input = line["input"] ?? .null
        let kind = GroupVersionKind(apiVersion: input["apiVersion"]?.string ?? "", kind: input["kind"]?.string ?? "")
        guard let resource = registry.resource(of: kind) else { return nil }
        var request = APIRequest(
            verb: .create, resource: resource.schema.resource,
            user: UserInfo(name: "admin", groups: ["system:masters", "system:authenticated"]))
        request.namespace = resource.schema.isNamespaced ? "default" : ""
        request.userAgent = "Python-urllib/3.11"
        request.options.isDryRun = true
        request.options.fieldValidation = "Strict"
        request.body = .value(input)
        return request
    }

    private static func mask(_ value: Value, _ key: String = "") -> Value {
        switch value {
        case .object(let object):
            var result = Object()
            for member in object {
                // The recording leaves out the volume of the service account's token; so does this.
                if member.key == "volumes", mask(member.value) == [] { continue }
                let isMasked = masked.contains(member.key) && member.value != "None" && member.value != ["None"] && !member.value.isNull
                result[member.key] = isMasked ? "*" : mask(member.value, member.key)
            }
            return .object(result)
        case .array(let items):
            return .array(
                items.filter { !($0["projected"] != nil && $0["name"]?.string?.hasPrefix("kube-api-access-") == true) }.map { mask($0) })
        case .string(let text) where text.hasPrefix("kube-api-access-"): return "kube-api-access-*****"
        default: return value
        }
    }

    private static func differences(_ got: Value?, _ expected: Value?, at path: String = "") -> [String] {
        switch (got, expected) {
        case (.object(let left)?, .object(let right)?):
            return Set(left.keys).union(right.keys).sorted().flatMap { differences(left[$0], right[$0], at: "\(path).\($0)") }
        case (.array(let left)?, .array(let right)?) where left.count == right.count:
            return zip(left, right).enumerated().flatMap { differences($1.0, $1.1, at: "\(path)[\($0)]") }
        default:
            let texts = [got, expected].map { $0.map(JSONWriter.string) ?? "absent" }
            return got == expected ? [] : ["\(path): \(texts[0]), expected \(texts[1])"]
        }
    }

    /// The recorded requests and answers, one a line.
    private static func lines(file: String = #filePath) throws -> [Value] {
        let directory = file.split(separator: "/").dropLast(2).joined(separator: "/")
        let stream = try #require(fopen("/\(directory)/Fixtures/KubernetesAPI/defaults.jsonl", "r"))
        defer { fclose(stream) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, stream)
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try JSONParser.parse(Array($0)) }
    }
}
