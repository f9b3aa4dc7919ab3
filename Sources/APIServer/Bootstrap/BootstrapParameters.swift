import Core
import ResourceEngine
import Values
import YAML

/// What differs between the bootstrap objects of one cluster and another's.
package struct BootstrapParameters: Sendable {
    /// The range of service addresses ("10.96.0.0/16").
    package var serviceCIDR: String
    /// The address of the `kubernetes` Service, the first of the range.
    package var serviceAddress: String
    /// The address of the `kube-dns` Service; nil for a cluster without its own DNS.
    package var dnsAddress: String?
    /// Where the API server is reached from pods and nodes: not loopback.
    package var apiAddress: String
    package var apiPort: Int
    /// The authority of client certificates.
    package var clientAuthorityPEM: String
    /// The authority of the front proxy's certificate.
    package var frontProxyAuthorityPEM: String
    /// The authority of the API server's own certificate; empty: new nodes are not told of the cluster.
    package var clusterAuthorityPEM = ""
    /// Whether metrics.k8s.io is served.
    package var servesMetrics = false
    /// The alpha and beta versions that are served.
    package var unstableVersions: [GroupVersion] = []
    /// The features that are on: some have roles of their own.
    package var gates = FeatureGates()

    package init(
        serviceCIDR: String, serviceAddress: String, dnsAddress: String?, apiAddress: String, apiPort: Int, clientAuthorityPEM: String,
        frontProxyAuthorityPEM: String
    ) {
        self.serviceCIDR = serviceCIDR
        self.serviceAddress = serviceAddress
        self.dnsAddress = dnsAddress
        self.apiAddress = apiAddress
        self.apiPort = apiPort
        self.clientAuthorityPEM = clientAuthorityPEM
        self.frontProxyAuthorityPEM = frontProxyAuthorityPEM
    }

    private var isIPv6: Bool { apiAddress.contains(":") }

    /// The objects that hold these parameters, in the order in which they need each other.
    package func objects(now: Timestamp) -> [BootstrapFacts.Wanted] {
        var objects = [serviceRange, clientAuthorities, tokenTracking(now), kubernetesService, kubernetesEndpoints, kubernetesSlice]
        if !clusterAuthorityPEM.isEmpty { objects += [clusterInfo, clusterInfoRole, clusterInfoBinding] }
        if let dnsAddress { objects.append(dnsService(dnsAddress)) }
        return objects
    }

    private var serviceRange: BootstrapFacts.Wanted {
        .init(
            resource: BootstrapFacts.resource("networking.k8s.io", "servicecidrs"),
            object: ["metadata": ["name": "kubernetes"], "spec": ["cidrs": [.string(serviceCIDR)]]])
    }

    /// What an aggregated API server needs to check clients and the front proxy.
    private var clientAuthorities: BootstrapFacts.Wanted {
        .init(
            resource: BootstrapFacts.resource("", "configmaps"),
            object: [
                "metadata": ["name": "extension-apiserver-authentication", "namespace": "kube-system"],
                "data": [
                    "client-ca-file": .string(clientAuthorityPEM), "requestheader-allowed-names": #"["front-proxy-client"]"#,
                    "requestheader-client-ca-file": .string(frontProxyAuthorityPEM),
                    "requestheader-extra-headers-prefix": #"["X-Remote-Extra-"]"#,
                    "requestheader-group-headers": #"["X-Remote-Group"]"#, "requestheader-uid-headers": #"["X-Remote-Uid"]"#,
                    "requestheader-username-headers": #"["X-Remote-User"]"#,
                ],
            ])
    }

    /// What a new node needs to find the cluster, in the form and place that kubeadm gave it: signed by each bootstrap token for which it asks.
    private var clusterInfo: BootstrapFacts.Wanted {
        let host = isIPv6 ? "[\(apiAddress)]" : apiAddress
        let config: Value = [
            "apiVersion": "v1", "kind": "Config",
            "clusters": [
                [
                    "name": "",
                    "cluster": [
                        "certificate-authority-data": .string(Base64.encode(clusterAuthorityPEM.utf8)),
                        "server": .string("https://\(host):\(apiPort)"),
                    ],
                ]
            ],
            "contexts": [], "users": [], "preferences": [:], "current-context": "",
        ]
        return .init(
            resource: BootstrapFacts.resource("", "configmaps"),
            object: [
                "metadata": ["name": "cluster-info", "namespace": "kube-public"],
                "data": ["kubeconfig": .string(YAMLEmitter.emit(config))],
            ])
    }

    /// Who introduces himself by a bootstrap token may read it. Strangers may not: they get nowhere but to health and version.
    private var clusterInfoRole: BootstrapFacts.Wanted {
        .init(
            resource: BootstrapFacts.resource(BootstrapFacts.rbac, "roles"),
            object: [
                "metadata": ["name": "martlet:cluster-info", "namespace": "kube-public"],
                "rules": [["apiGroups": [""], "resources": ["configmaps"], "resourceNames": ["cluster-info"], "verbs": ["get"]]],
            ])
    }

    private var clusterInfoBinding: BootstrapFacts.Wanted {
        .init(
            resource: BootstrapFacts.resource(BootstrapFacts.rbac, "rolebindings"),
            object: [
                "metadata": ["name": "martlet:cluster-info", "namespace": "kube-public"],
                "roleRef": ["apiGroup": .string(BootstrapFacts.rbac), "kind": "Role", "name": "martlet:cluster-info"],
                "subjects": [["apiGroup": .string(BootstrapFacts.rbac), "kind": "Group", "name": "system:bootstrappers"]],
            ])
    }

    /// Since when uses of tokens kept in secrets would have been noted: upstream's clean-up of unused ones reads it.
    private func tokenTracking(_ now: Timestamp) -> BootstrapFacts.Wanted {
        .init(
            resource: BootstrapFacts.resource("", "configmaps"),
            object: [
                "metadata": ["name": "kube-apiserver-legacy-service-account-token-tracking", "namespace": "kube-system"],
                "data": ["since": .string(String(now.rfc3339.prefix(10)))],
            ])
    }

    private var kubernetesService: BootstrapFacts.Wanted {
        .init(
            resource: BootstrapFacts.resource("", "services"),
            object: [
                "metadata": [
                    "name": "kubernetes", "namespace": "default", "labels": ["component": "apiserver", "provider": "kubernetes"],
                ],
                "spec": [
                    "clusterIP": .string(serviceAddress), "clusterIPs": [.string(serviceAddress)],
                    "ipFamilies": [serviceAddress.contains(":") ? "IPv6" : "IPv4"], "ipFamilyPolicy": "SingleStack",
                    "ports": [["name": "https", "port": 443, "protocol": "TCP", "targetPort": .int(Int64(apiPort))]],
                    "sessionAffinity": "None", "type": "ClusterIP",
                ],
            ])
    }

    private var kubernetesEndpoints: BootstrapFacts.Wanted {
        .init(
            resource: BootstrapFacts.resource("", "endpoints"),
            object: [
                "metadata": [
                    "name": "kubernetes", "namespace": "default",
                    "labels": ["endpointslice.kubernetes.io/skip-mirror": "true"],
                ],
                "subsets": [
                    [
                        "addresses": [["ip": .string(apiAddress)]],
                        "ports": [["name": "https", "port": .int(Int64(apiPort)), "protocol": "TCP"]],
                    ]
                ],
            ])
    }

    private var kubernetesSlice: BootstrapFacts.Wanted {
        .init(
            resource: BootstrapFacts.resource("discovery.k8s.io", "endpointslices"),
            object: [
                "metadata": [
                    "name": "kubernetes", "namespace": "default", "labels": ["kubernetes.io/service-name": "kubernetes"],
                ],
                "addressType": isIPv6 ? "IPv6" : "IPv4",
                "endpoints": [["addresses": [.string(apiAddress)], "conditions": ["ready": true]]],
                "ports": [["name": "https", "port": .int(Int64(apiPort)), "protocol": "TCP"]],
            ])
    }

    /// Without a selector: the DNS server is part of Martlet and listens on this address itself.
    private func dnsService(_ address: String) -> BootstrapFacts.Wanted {
        .init(
            resource: BootstrapFacts.resource("", "services"),
            object: [
                "metadata": [
                    "name": "kube-dns", "namespace": "kube-system",
                    "labels": ["k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"],
                ],
                "spec": [
                    "clusterIP": .string(address), "clusterIPs": [.string(address)],
                    "ports": [
                        ["name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53],
                        ["name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53],
                    ],
                    "type": "ClusterIP",
                ],
            ])
    }
}
