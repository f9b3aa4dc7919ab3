import Core
import KubernetesAPI
import Testing
import Values

import Scheduler

@Suite("Amounts that no sum holds")
struct ExtremeAmountsTests {
    private static let most = [
        "cpu": "9223372036854775", "memory": "7Ei", "ephemeral-storage": "7Ei", "example.com/a": "9223372036854775807",
    ]

    private func vast() -> PodSpec {
        let amounts = Value.object(Object(Self.most.map { ($0.key, .string($0.value)) }))
        let container: Value = ["name": "a", "resources": ["requests": amounts]]
        return Pod(["spec": ["containers": [container, container], "initContainers": [container], "overhead": amounts]]).spec
    }

    @Test("what a pod asks for in all is the most there is")
    func sum() {
        let sum = ResourceAmounts.requested(by: vast())
        #expect(sum.milliCPU == .max && sum.memory == .max && sum.ephemeralStorage == .max && sum.scalars["example.com/a"] == .max)
    }

    @Test("what was added to a node's account can be taken off again")
    func account() {
        var account = ResourceAmounts(["cpu": "1", "memory": "1Gi", "example.com/a": "2"])
        let before = account
        let sum = ResourceAmounts.requested(by: vast())
        for _ in 0..<3 { account += sum }
        for _ in 0..<3 { account -= sum }
        #expect(account == before)
    }
}
