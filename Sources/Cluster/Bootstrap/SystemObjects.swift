import Core
import Values

/// What every new cluster has besides its roles, and none may lose.
package struct SystemObjects {
    let configuration: ClusterConfiguration
    /// PEM of the authority that signs clients' certificates.
    let clientAuthority: String
    /// Where the API server is reached from pods: not loopback.
    let advertiseAddress: String

    package init(configuration: ClusterConfiguration, clientAuthority: String, advertiseAddress: String) {
        self.configuration = configuration
        self.clientAuthority = clientAuthority
        self.advertiseAddress = advertiseAddress
    }

    /// The namespaces, which everything else lives in.
    package var namespaces: [Value] {
        ["default", "kube-system", "kube-public", "kube-node-lease"].map {
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string($0)]]
        }
    }

    /// What is made when it is missing, and otherwise left as it is.
    package var objects: [Value] {
        [kubernetesService, authenticationConfiguration] + (configuration.hasNode ? [dnsService] : []) + priorityClasses + FlowControl.objects
    }

    private var priorityClasses: [Value] {
        func priorityClass(_ name: String, _ value: Int64, _ description: String) -> Value {
            [
                "apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": ["name": .string(name)], "value": .int(value),
                "description": .string(description), "preemptionPolicy": "PreemptLowerPriority",
            ]
        }
        return [
            priorityClass(
                "system-cluster-critical", 2_000_000_000,
                "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."),
            priorityClass(
                "system-node-critical", 2_000_001_000,
                "Used for system critical pods that must not be moved from their current node."),
        ]
    }

    private var kubernetesService: Value {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": [
                "name": "kubernetes", "namespace": "default", "labels": ["component": "apiserver", "provider": "kubernetes"],
            ],
            "spec": [
                "type": "ClusterIP", "clusterIP": .string(configuration.kubernetesServiceIP), "sessionAffinity": "None",
                "ports": [["name": "https", "port": 443, "protocol": "TCP", "targetPort": .int(Int64(configuration.apiPort))]],
            ],
        ]
    }

    private var dnsService: Value {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": [
                "name": "kube-dns", "namespace": "kube-system",
                "labels": ["k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true", "kubernetes.io/name": "CoreDNS"],
            ],
            "spec": [
                "type": "ClusterIP", "clusterIP": .string(configuration.dnsServiceIP),
                "ports": [
                    ["name": "dns", "port": 53, "protocol": "UDP", "targetPort": 53],
                    ["name": "dns-tcp", "port": 53, "protocol": "TCP", "targetPort": 53],
                ],
            ],
        ]
    }

    private var authenticationConfiguration: Value {
        [
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": "extension-apiserver-authentication", "namespace": "kube-system"],
            "data": ["client-ca-file": .string(clientAuthority)],
        ]
    }

    /// An EndpointSlice that sends a service without selector to one address. It follows the machine's address.
    package func endpointSlice(service: String, namespace: String, address: String, ports: [(name: String, port: Int, transport: String)]) -> Value {
        [
            "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
            "metadata": [
                "name": .string(service), "namespace": .string(namespace), "labels": ["kubernetes.io/service-name": .string(service)],
            ],
            "addressType": "IPv4", "endpoints": [["addresses": [.string(address)], "conditions": ["ready": true]]],
            "ports": .array(
                ports.map { ["name": .string($0.name), "port": .int(Int64($0.port)), "protocol": .string($0.transport)] }),
        ]
    }
}
