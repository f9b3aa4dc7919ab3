import Core
import JSON
import SchemaEngine
import Values

/// Parts of a few kinds, small enough to be written by hand: what the field algorithms need to know of them.
enum SmallSchemas {
    static func field(_ name: String, _ shape: Shape, _ change: (inout Field) -> Void = { _ in }) -> Field {
        var field = Field(name: name, shape: shape)
        change(&field)
        return field
    }

    static func structure(_ name: String, kind: MapKind = .granular, _ fields: [Field]) -> Structure {
        let result = Structure(name: name, kind: kind)
        result.define(fields)
        return result
    }

    static func always(_ field: inout Field) { field.keepsEmpty = true }
    static func merging(_ key: String = "") -> (inout Field) -> Void {
        {
            $0.patch.merges = true
            $0.patch.mergeKey = key
        }
    }

    static let strings = Shape.map(.scalar(.string), .granular)
    static let string = Shape.scalar(.string)

    static let metadata = structure(
        "v1 ObjectMeta",
        ["name", "namespace", "generateName", "uid", "resourceVersion"].map { field($0, string) } + [
            field("creationTimestamp", .scalar(.time)), field("generation", .scalar(.int64)),
            field("labels", strings), field("annotations", strings),
            field("finalizers", .list(string, .set), merging()),
            field("ownerReferences", .list(.any, .map(keys: ["uid"])), merging("uid")),
            field("managedFields", .list(.any, .atomic)),
        ])

    static func object(_ name: String, _ fields: [Field]) -> Structure {
        structure(
            name, [field("apiVersion", string), field("kind", string), field("metadata", .structure(metadata), always)] + fields)
    }

    static let configMap = object(
        "v1 ConfigMap", [field("data", strings), field("binaryData", strings), field("immutable", .scalar(.bool))])

    static let containerPort = structure(
        "v1 ContainerPort",
        [
            field("name", string), field("containerPort", .scalar(.int32), always),
            field("protocol", string) { $0.defaultValue = "TCP" },
        ])
    static let container = structure(
        "v1 Container",
        ["name", "image", "imagePullPolicy", "terminationMessagePath", "terminationMessagePolicy"].map { field($0, string) } + [
            field("command", .list(string, .atomic)), field("args", .list(string, .atomic)),
            field("ports", .list(.structure(containerPort), .map(keys: ["containerPort", "protocol"])), merging("containerPort")),
            field(
                "resources",
                .structure(
                    structure(
                        "v1 ResourceRequirements",
                        [
                            field("limits", .map(.scalar(.quantity), .granular)),
                            field("requests", .map(.scalar(.quantity), .granular)),
                        ])), always),
        ])
    static let podSpec = structure(
        "v1 PodSpec",
        [
            field("containers", .list(.structure(container), .map(keys: ["name"]))) {
                $0.keepsEmpty = true
                $0.patch.merges = true
                $0.patch.mergeKey = "name"
            },
            field("ephemeralContainers", .list(.structure(container), .map(keys: ["name"])), merging("name")),
            field("nodeSelector", .map(string, .atomic)),
            field("tolerations", .list(.any, .atomic)),
            field("securityContext", .structure(structure("v1 PodSecurityContext", [field("runAsUser", .scalar(.int64))]))),
            field("terminationGracePeriodSeconds", .scalar(.int64)),
            field("enableServiceLinks", .scalar(.bool)),
        ] + ["restartPolicy", "dnsPolicy", "schedulerName", "nodeName", "serviceAccountName"].map { field($0, string) })

    static let condition = structure(
        "v1 PodCondition",
        [
            field("type", string), field("status", string), field("lastProbeTime", .scalar(.time)),
            field("lastTransitionTime", .scalar(.time)),
        ])
    static let pod = object(
        "v1 Pod",
        [
            field("spec", .structure(podSpec), always),
            field(
                "status",
                .structure(
                    structure(
                        "v1 PodStatus",
                        [
                            field("phase", string),
                            field("conditions", .list(.structure(condition), .map(keys: ["type"])), merging("type")),
                        ])), always),
        ])

    static let deployment = object(
        "apps/v1 Deployment",
        [
            field(
                "spec",
                .structure(
                    structure(
                        "apps/v1 DeploymentSpec",
                        [
                            field("replicas", .scalar(.int32)), field("paused", .scalar(.bool)),
                            field("selector", .structure(structure("v1 LabelSelector", kind: .atomic, [field("matchLabels", strings)]))),
                            field(
                                "strategy",
                                .structure(
                                    structure(
                                        "apps/v1 DeploymentStrategy",
                                        [
                                            field("type", string),
                                            field(
                                                "rollingUpdate",
                                                .structure(
                                                    structure("apps/v1 RollingUpdateDeployment", [field("maxSurge", .scalar(.intOrString))])
                                                )
                                            ),
                                        ]))
                            ) {
                                $0.keepsEmpty = true
                                $0.patch.retainsKeys = true
                            },
                            field(
                                "template",
                                .structure(
                                    structure(
                                        "v1 PodTemplateSpec",
                                        [field("metadata", .structure(metadata), always), field("spec", .structure(podSpec), always)])),
                                always),
                        ])), always),
            field("status", .structure(structure("apps/v1 DeploymentStatus", [field("observedGeneration", .scalar(.int64))])), always),
        ])

    static func management(_ kind: String, _ apiVersion: String, _ structure: Structure, subresource: String = "", hasStatus: Bool)
        -> FieldManagement
    {
        let kind = GroupVersionKind(apiVersion: apiVersion, kind: kind)
        var result = FieldManagement(
            kind: kind, structure: structure, subresource: subresource,
            resetFields: FieldSet.resetFields(kind: kind, subresource: subresource, hasStatus: hasStatus))
        result.ownableFields = FieldPattern.ownable(kind: kind, subresource: subresource)
        return result
    }

    static let configMaps = management("ConfigMap", "v1", configMap, hasStatus: false)
    static let deployments = management("Deployment", "apps/v1", deployment, hasStatus: true)
    static let pods = management("Pod", "v1", pod, hasStatus: true)
}

func json(_ text: String) throws -> Value { try JSONParser.parse(text) }

/// The `fieldsV1` of each entry, by "manager operation subresource".
func owners(_ object: Value) -> [String: Value] {
    var result: [String: Value] = [:]
    for entry in object["metadata"]?["managedFields"]?.array ?? [] {
        let parts = [entry["manager"]?.string, entry["operation"]?.string, entry["subresource"]?.string].compactMap { $0 }
        result[parts.joined(separator: " ")] = entry["fieldsV1"]
    }
    return result
}
