import Cluster
import Testing
import Values

@Suite("A cluster's configuration")
struct ClusterConfigurationTests {
    @Test("it reads back what it wrote")
    func roundTrip() throws {
        let configuration = ClusterConfiguration.standard(name: "a", index: 3, hasNode: true)
        #expect(try ClusterConfiguration(json: configuration.json) == configuration)
    }

    @Test("the service addresses are the first and the tenth of the range")
    func addresses() {
        var configuration = ClusterConfiguration.standard(name: "a", index: 0, hasNode: true)
        #expect(configuration.kubernetesServiceIP == "10.96.0.1")
        #expect(configuration.dnsServiceIP == "10.96.0.10")
        configuration.serviceCIDR = "172.16.255.252/24"
        #expect(configuration.kubernetesServiceIP == "172.16.255.253")
    }

    @Test("clusters side by side share neither ports nor ranges, and bridges have names Linux takes")
    func sideBySide() {
        let all = (0..<ClusterConfiguration.standardCount).map { ClusterConfiguration.standard(name: "n", index: $0, hasNode: true) }
        #expect(Set(all.map(\.apiPort)).count == all.count)
        #expect(Set(all.map(\.serviceCIDR) + all.map(\.podCIDR)).count == 2 * all.count)
        for (left, right) in zip(all, all.dropFirst()) { #expect(!left.nodePorts.overlaps(right.nodePorts)) }
        let long = ClusterConfiguration.standard(name: String(repeating: "x", count: 40), index: 0, hasNode: true)
        #expect(long.bridgeName.utf8.count <= 15)
    }

    @Test("ranges that overlap are told, also when they are not the same")
    func overlaps() {
        let one = ClusterConfiguration.standard(name: "one", index: 0, hasNode: true)
        var two = ClusterConfiguration.standard(name: "two", index: 1, hasNode: true)
        #expect(one.clash(with: two) == nil)
        two.serviceCIDR = "10.96.128.0/20"
        #expect(one.clash(with: two) == "service addresses 10.96.0.0/16 (that cluster has 10.96.128.0/20)")
        two.serviceCIDR = "10.0.0.0/8"
        #expect(one.overlaps(two))
        #expect(!ClusterConfiguration.overlap("10.1.0.0/16", "10.2.0.0/16") && !ClusterConfiguration.overlap("10.1.0.0/16", "nonsense"))
    }

    @Test("a member that is missing is named")
    func missing() {
        let error = #expect(throws: ClusterError.self) { try ClusterConfiguration(json: ["name": "a"]) }
        #expect(error?.description.contains("firstNodePort") == true)
    }
}
