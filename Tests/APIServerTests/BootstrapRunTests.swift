import APIServer
import Client
import Core
import ResourceEngine
import TestSupport
import Testing
import Values

@Suite("Bootstrapping a cluster")
struct BootstrapRunTests {
    @Test func `makes everything once, and a second start changes nothing`() async throws {
        let cluster = try await TestCluster()
        let parameters = BootstrapParameters(
            serviceCIDR: "10.96.0.0/12", serviceAddress: "10.96.0.1", dnsAddress: "10.96.0.10", apiAddress: "192.0.2.7", apiPort: 7443,
            clientAuthorityPEM: "ca", frontProxyAuthorityPEM: "proxy")
        let bootstrap = Bootstrap(client: cluster.client(), parameters: parameters, clock: cluster.clock)
        try await bootstrap.run()
        let counts = cluster.store.counts
        #expect(counts["rbac.authorization.k8s.io/clusterroles"] == 69)
        #expect(counts["rbac.authorization.k8s.io/clusterrolebindings"] == 50)
        #expect(counts["rbac.authorization.k8s.io/roles"] == 7)
        #expect(counts["rbac.authorization.k8s.io/rolebindings"] == 7)
        #expect(counts["apiregistration.k8s.io/apiservices"] == 21)
        #expect(counts["flowcontrol.apiserver.k8s.io/flowschemas"] == 11)
        #expect(counts["flowcontrol.apiserver.k8s.io/prioritylevelconfigurations"] == 8)
        #expect(counts["scheduling.k8s.io/priorityclasses"] == 2)
        #expect(counts["namespaces"] == 4)
        #expect(counts["services"] == 2)
        let revision = cluster.store.currentRevision
        try await bootstrap.run()
        #expect(cluster.store.currentRevision == revision)
        await cluster.close()
    }

    @Test func `versions and features that are on have their objects, and leave no service behind`() async throws {
        let cluster = try await TestCluster()
        var parameters = BootstrapParameters(
            serviceCIDR: "10.96.0.0/12", serviceAddress: "10.96.0.1", dnsAddress: nil, apiAddress: "192.0.2.7", apiPort: 7443,
            clientAuthorityPEM: "ca", frontProxyAuthorityPEM: "proxy")
        let gates = try FeatureGates("GenericWorkload=true,ClusterTrustBundle=true,StorageVersionMigrator=true")
        parameters.gates = gates
        parameters.unstableVersions = try APISelection("api/all=true", gates: gates).unstableVersions
        try await Bootstrap(client: cluster.client(), parameters: parameters, clock: cluster.clock).run()
        #expect(cluster.store.counts["apiregistration.k8s.io/apiservices"] == 35)
        let revision = cluster.store.currentRevision
        try await Bootstrap(client: cluster.client(), parameters: parameters, clock: cluster.clock).run()
        #expect(cluster.store.currentRevision == revision)
        let authorizer = RBACAuthorizer(store: cluster.store)
        authorizer.load()
        func may(_ user: UserInfo, _ verb: String, _ group: String, _ resource: String, _ name: String = "") async -> Bool {
            await authorizer.authorize(
                RequestAttributes(
                    user: user, verb: verb, resource: GroupVersionResource(group: group, version: "v1", resource: resource),
                    namespace: "", name: name)
            ).isAllowed
        }
        let scheduler = UserInfo(name: "system:kube-scheduler", groups: ["system:authenticated"])
        #expect(await may(scheduler, "watch", "scheduling.k8s.io", "podgroups"))
        #expect(await may(scheduler, "watch", "", "pods"), "what it may without the feature, it still may")
        let publisher = UserInfo.serviceAccount("kube-apiserver-serving-clustertrustbundle-publisher")
        #expect(await may(publisher, "attest", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-serving"))
        #expect(await !may(publisher, "attest", "certificates.k8s.io", "signers", "kubernetes.io/kubelet-serving"))
        parameters.unstableVersions = []
        parameters.gates = FeatureGates()
        try await Bootstrap(client: cluster.client(), parameters: parameters, clock: cluster.clock).run()
        #expect(cluster.store.counts["apiregistration.k8s.io/apiservices"] == 21)
        await cluster.close()
    }

    @Test func `the roles it makes are those the authoriser goes by`() async throws {
        let cluster = try await TestCluster()
        let parameters = BootstrapParameters(
            serviceCIDR: "10.96.0.0/12", serviceAddress: "10.96.0.1", dnsAddress: nil, apiAddress: "192.0.2.7", apiPort: 7443,
            clientAuthorityPEM: "ca", frontProxyAuthorityPEM: "proxy")
        try await Bootstrap(client: cluster.client(), parameters: parameters, clock: cluster.clock).run()
        let authorizer = RBACAuthorizer(store: cluster.store)
        authorizer.load()
        func may(_ user: UserInfo, _ verb: String, _ group: String, _ resource: String) async -> Bool {
            await authorizer.authorize(
                RequestAttributes(
                    user: user, verb: verb, resource: GroupVersionResource(group: group, version: "v1", resource: resource),
                    namespace: "shop")
            ).isAllowed
        }
        let deployments = UserInfo.serviceAccount("deployment-controller")
        #expect(await may(deployments, "update", "apps", "deployments"))
        #expect(await !may(deployments, "delete", "", "secrets"))
        let person = UserInfo(name: "ada", groups: ["system:authenticated"])
        #expect(await may(person, "create", "authorization.k8s.io", "selfsubjectaccessreviews"))
        #expect(await !may(person, "list", "", "pods"))
        let nobody = UserInfo(name: "system:anonymous", groups: ["system:unauthenticated"])
        #expect(await authorizer.authorize(RequestAttributes(user: nobody, verb: "get", path: "/version")).isAllowed)
        #expect(await !authorizer.authorize(RequestAttributes(user: nobody, verb: "get", path: "/metrics")).isAllowed)
        await cluster.close()
    }
}
