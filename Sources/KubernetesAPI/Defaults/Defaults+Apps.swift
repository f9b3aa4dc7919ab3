import SchemaEngine
import Values

/// Workload controllers (`pkg/apis/apps/v1/defaults.go`).
extension BuiltInDefaults {
    static let apps: [String: Defaulter.Function] = [
        "io.k8s.api.apps.v1.Deployment": view(Deployment.self) { deployment in
            var strategy = deployment.spec.strategy ?? DeploymentStrategy()
            if strategy.type.isEmpty { strategy.type = "RollingUpdate" }
            if strategy.type == "RollingUpdate" {
                var update = strategy.rollingUpdate ?? RollingUpdateDeployment()
                if update.maxUnavailable == nil { update.maxUnavailable = "25%" }
                if update.maxSurge == nil { update.maxSurge = "25%" }
                strategy.rollingUpdate = update
            }
            deployment.spec.strategy = strategy
        },
        "io.k8s.api.apps.v1.DaemonSet": view(DaemonSet.self) { set in
            var strategy = set.spec.updateStrategy ?? DaemonSetUpdateStrategy()
            if strategy.type.isEmpty { strategy.type = "RollingUpdate" }
            if strategy.type == "RollingUpdate" {
                var update = strategy.rollingUpdate ?? RollingUpdateDaemonSet()
                if update.maxUnavailable == nil { update.maxUnavailable = 1 }
                if update.maxSurge == nil { update.maxSurge = 0 }
                strategy.rollingUpdate = update
            }
            set.spec.updateStrategy = strategy
        },
        "io.k8s.api.apps.v1.StatefulSet": view(StatefulSet.self) { set in
            var strategy = set.spec.updateStrategy ?? StatefulSetUpdateStrategy()
            if strategy.type.isEmpty {
                strategy.type = "RollingUpdate"
                if strategy.rollingUpdate == nil { strategy.rollingUpdate = RollingUpdateStatefulSetStrategy() }
            }
            if strategy.type == "RollingUpdate", strategy.rollingUpdate != nil, strategy.rollingUpdate?.partition == nil {
                strategy.rollingUpdate?.partition = 0
            }
            set.spec.updateStrategy = strategy
            var retention = set.spec.persistentVolumeClaimRetentionPolicy ?? StatefulSetPersistentVolumeClaimRetentionPolicy()
            if retention.whenDeleted.isEmpty { retention.whenDeleted = "Retain" }
            if retention.whenScaled.isEmpty { retention.whenScaled = "Retain" }
            set.spec.persistentVolumeClaimRetentionPolicy = retention
            for position in set.spec.volumeClaimTemplates.indices {
                set.spec.volumeClaimTemplates[position].raw["apiVersion"] = "v1"
                set.spec.volumeClaimTemplates[position].raw["kind"] = "PersistentVolumeClaim"
            }
        },
    ]
}
