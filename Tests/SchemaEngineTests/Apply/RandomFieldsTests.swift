import JSON
import Randomness
import SchemaEngine
import Testing
import Values

/// Field sets and comparisons of random pods against what they are by definition: sets of paths.
@Suite struct RandomFieldsTests {
    typealias Path = [PathElement]

    /// Pods with parts of few names, so that two of them share some and differ in others.
    struct Pods {
        var random: SplitMix

        private mutating func some(_ names: [String]) -> [String] { names.filter { _ in random.below(2) == 0 }.shuffled(using: &random) }

        private mutating func text() -> Value { .string(["x", "y"][random.below(2)]) }

        private mutating func map() -> Value {
            var result = Object()
            for name in some(["a", "b", "a longer name"]) { result[name] = text() }
            return .object(result)
        }

        private mutating func container(_ name: String) -> Value {
            var result: Value = ["name": .string(name), "resources": ["requests": map()]]
            if random.below(2) == 0 { result["image"] = random.below(4) == 0 ? .null : text() }
            if random.below(2) == 0 { result["command"] = .array(some(["x", "y"]).map { .string($0) }) }
            let ports = some(["1", "2", "3"]).map { port -> Value in
                var result: Value = ["containerPort": .int(Int64(port) ?? 0), "name": text()]
                if random.below(2) == 0 { result["protocol"] = "TCP" }
                return result
            }
            if random.below(2) == 0 { result["ports"] = .array(ports) }
            return result
        }

        mutating func next() -> Value {
            var pod: Value = ["metadata": ["labels": map()], "spec": ["containers": .array(some(["a", "b", "c"]).map { container($0) })]]
            if random.below(2) == 0 { pod["metadata"]?["finalizers"] = .array(some(["f/a", "f/b", "f/c"]).map { .string($0) }) }
            if random.below(2) == 0 { pod["spec"]?["nodeSelector"] = map() }
            if random.below(2) == 0 { pod["spec"]?["securityContext"] = ([.null, [:], ["runAsUser": 1]] as [Value])[random.below(3)] }
            if random.below(2) == 0 { pod["metadata"]?["annotations"] = map() }
            return pod
        }
    }

    /// Every path of a value in which no list repeats a key, with what stands there where that is owned as one.
    private func parts(_ value: Value, _ shape: Shape) -> [Path: Value?] {
        var below: [(PathElement, Value, Shape)] = []
        switch (shape, value) {
        case (.structure(let structure), .object(let object)) where structure.kind == .granular:
            for member in object { below.append((.field(member.key), member.value, structure.shape(of: member.key) ?? .any)) }
        case (.map(let element, .granular), .object(let object)):
            for member in object { below.append((.field(member.key), member.value, element)) }
        case (.list(let element, .set), .array(let items)):
            for item in items { below.append((.value(item), item, element)) }
        case (.list(let element, .map(let keys)), .array(let items)):
            for item in items {
                let members = keys.sorted().map { PathElement.KeyMember(name: $0, value: item[$0] ?? "TCP") }
                below.append((.key(members), item, element))
            }
        default: break
        }
        var result: [Path: Value?] = [[]: below.isEmpty ? .some(value) : .none]
        for (element, value, shape) in below {
            for (path, leaf) in parts(value, shape) { result[[element] + path] = .some(leaf) }
        }
        return result
    }

    @Test("a comparison tells the paths that came, went and hold something else", arguments: UInt64(0)..<300)
    func comparison(_ seed: UInt64) throws {
        var pods = Pods(random: SplitMix(seed: seed))
        let (old, new) = (pods.next(), pods.next())
        let shape = Shape.structure(SmallSchemas.pod)
        let comparison = try FieldComparison(old, new, shape: shape)
        let (before, after) = (parts(old, shape), parts(new, shape))
        #expect(Set(comparison.added.paths) == Set(after.keys).subtracting(before.keys))
        #expect(Set(comparison.removed.paths) == Set(before.keys).subtracting(after.keys))
        let modified = before.filter { path, leaf in
            guard let leaf, case .some(.some(let now)) = after[path] else { return false }
            return leaf != now
        }
        #expect(Set(comparison.modified.paths) == Set(modified.keys))
    }

    @Test("sets of fields do what sets of paths do, written as FieldsV1, too", arguments: UInt64(0)..<300)
    func algebra(_ seed: UInt64) throws {
        var pods = Pods(random: SplitMix(seed: seed))
        let shape = Shape.structure(SmallSchemas.pod)
        let first = try FieldComparison(pods.next(), pods.next(), shape: shape)
        let second = try FieldComparison(pods.next(), pods.next(), shape: shape)
        for one in [first.added, first.removed, first.modified] {
            #expect(FieldSet(fieldsV1: one.fieldsV1) == one)
            #expect(FieldSet(one.paths.shuffled(using: &pods.random)) == one)
            for other in [second.added, second.modified, one] {
                let (left, right) = (Set(one.paths), Set(other.paths))
                #expect(Set(one.union(other).paths) == left.union(right))
                #expect(Set(one.intersection(other).paths) == left.intersection(right))
                #expect(Set(one.subtracting(other).paths) == left.subtracting(right))
                let outside = left.filter { path in !path.indices.contains { right.contains(Array(path[...$0])) } }
                #expect(Set(one.subtractingSubtrees(other).paths) == outside)
                #expect(one.meets(other) == !left.isDisjoint(with: right))
                #expect(one.meets(fieldsV1: other.fieldsV1) == !left.isDisjoint(with: right))
                #expect(one.isSubset(ofFieldsV1: other.fieldsV1) == left.isSubset(of: right))
                #expect(one.intersection(other).isSubset(ofFieldsV1: other.fieldsV1))
            }
        }
    }

    @Test("the keys of elements are the same however FieldsV1 spells them")
    func spelling() throws {
        let set = FieldSet([[.field("ports"), .key([.init(name: "a", value: 1), .init(name: "b", value: "x")])]])
        let spelled = try json(#"{"f:ports":{"k:{\"b\": \"\\u0078\", \"a\":1.0}":{}}}"#)
        #expect(set.meets(fieldsV1: spelled))
        #expect(set.isSubset(ofFieldsV1: spelled))
        #expect(!set.meets(fieldsV1: try json(#"{"f:ports":{"k:{\"a\":1}":{}}}"#)))
    }
}
