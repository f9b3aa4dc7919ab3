import Core
import KubernetesAPI
import SchemaEngine
import Values

/// How a resource that is served in several versions is stored: in the one that ranks highest.
enum VersionConversion {
    /// The version that is stored; nil where it is the served one.
    static func storage(of schema: ResourceSchema, _ all: Schema) -> ResourceSchema? {
        let versions = all.resources.filter { $0.resource.groupResource == schema.resource.groupResource }
        let hub = versions.max { VersionPriority($0.resource.version) < VersionPriority($1.resource.version) }
        return hub?.resource == schema.resource ? nil : hub
    }

    /// Turns one version into the other. But for v1beta1 of resource.k8s.io they differ by name only.
    static func conversion(_ served: ResourceSchema, stored: ResourceSchema) -> Conversion {
        let (ours, theirs) = (served.kind.apiVersion, stored.kind.apiVersion)
        let isOldDevices = ours == "resource.k8s.io/v1beta1"
        return Conversion { object in
            var object = object
            object["apiVersion"] = .string(theirs)
            if isOldDevices { DeviceVersions.raise(&object) }
            return object
        } fromStorage: { object in
            var object = object
            object["apiVersion"] = .string(ours)
            if isOldDevices { DeviceVersions.lower(&object) }
            return object
        }
    }
}
