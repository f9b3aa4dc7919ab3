import Core
import SchemaEngine
import Values

/// Services, volumes and the rest of the core group (`pkg/apis/core/v1/defaults.go`).
extension BuiltInDefaults {
    static let workloads: [String: Defaulter.Function] = [
        "io.k8s.api.core.v1.ReplicationController": view(ReplicationController.self) { controller in
            let labels = controller.spec.template.metadata.labels
            guard !labels.isEmpty else { return }
            if controller.spec.selector.isEmpty { controller.spec.selector = labels }
            if controller.metadata.labels.isEmpty { controller.metadata.labels = labels }
        }
    ]

    static let services: [String: Defaulter.Function] = [
        "io.k8s.api.core.v1.Service": view(Service.self) { service in
            switch service.spec.sessionAffinity {
            case "None": service.spec.sessionAffinityConfig = nil
            case "ClientIP" where service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds == nil:
                service.spec.sessionAffinityConfig = SessionAffinityConfig(["clientIP": ["timeoutSeconds": 10800]])
            default: break
            }
            for position in service.spec.ports.indices where service.spec.ports[position].targetPort.map(\.isEmpty) ?? true {
                service.spec.ports[position].targetPort = .int(Int64(service.spec.ports[position].port))
            }
            let type = service.spec.type
            let isExternal = type == "LoadBalancer" || type == "NodePort" || (type == "ClusterIP" && !service.spec.externalIPs.isEmpty)
            if isExternal, service.spec.externalTrafficPolicy.isEmpty { service.spec.externalTrafficPolicy = "Cluster" }
            if type != "ExternalName", service.spec.internalTrafficPolicy.isEmpty { service.spec.internalTrafficPolicy = "Cluster" }
            guard type == "LoadBalancer" else { return }
            if service.spec.allocateLoadBalancerNodePorts == nil { service.spec.allocateLoadBalancerNodePorts = true }
            guard var balancer = service.status.loadBalancer else { return }
            for position in balancer.ingress.indices where !balancer.ingress[position].ip.isEmpty {
                if balancer.ingress[position].ipMode.isEmpty { balancer.ingress[position].ipMode = "VIP" }
            }
            service.status.loadBalancer = balancer
        }
    ]

    static let volumes: [String: Defaulter.Function] = [
        "io.k8s.api.core.v1.Volume": view(Volume.self) { volume in
            if volume.raw.object?.members.allSatisfy({ $0.key == "name" || $0.value.isNull }) ?? true {
                volume.emptyDir = EmptyDirVolumeSource()
            }
            if let image = volume.image, image.pullPolicy.isEmpty { volume.image?.pullPolicy = pullPolicy(ofImage: image.reference) }
        },
        "io.k8s.api.core.v1.PersistentVolume": view(PersistentVolume.self) { volume in
            if volume.spec.persistentVolumeReclaimPolicy.isEmpty { volume.spec.persistentVolumeReclaimPolicy = "Retain" }
            if volume.spec.volumeMode.isEmpty { volume.spec.volumeMode = "Filesystem" }
        },
    ]

    static let clusterObjects: [String: Defaulter.Function] = [
        "io.k8s.api.core.v1.Namespace": view(Namespace.self) { namespace in
            if !namespace.metadata.name.isEmpty { namespace.metadata.labels["kubernetes.io/metadata.name"] = namespace.metadata.name }
        },
        "io.k8s.api.core.v1.NodeSpec": view(NodeSpec.self) { spec in
            if spec.podCIDRs.isEmpty, !spec.podCIDR.isEmpty { spec.podCIDRs = [spec.podCIDR] }
        },
        // What is written as text joins the bytes and is not kept itself.
        "io.k8s.api.core.v1.Secret": view(Secret.self) { secret in
            for (key, text) in secret.stringData { secret.data[key] = Base64.encode(text.utf8) }
            secret.stringData = [:]
        },
        "io.k8s.api.core.v1.NodeStatus": view(NodeStatus.self) { status in
            if status.allocatable.isEmpty { status.allocatable = status.capacity }
        },
        "io.k8s.api.core.v1.LimitRangeItem": view(LimitRangeItem.self) { item in
            guard item.type == "Container" else { return }
            item.default.merge(item.max) { first, _ in first }
            item.defaultRequest.merge(item.default) { first, _ in first }
            item.defaultRequest.merge(item.min) { first, _ in first }
        },
    ]
}
