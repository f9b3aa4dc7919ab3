import Core
import Values

/// One schema text (`Schema/core_v1.api`) and the name others refer to it by.
///
/// The language, line by line; an indented line belongs to the last `kind` or `type`:
///
///     package io.k8s.api.apps.v1 group apps version v1
///     kind Deployment                      a type with apiVersion and kind
///         resource deployments deployment namespaced shortnames deploy categories all
///         verbs create,get                 where they are not all eight
///         subresource scale autoscaling_v1.Scale get,patch,update
///         selectable status.phase          fields that selectors may name
///         column "Last Seen" string name priority 1
///         1 metadata meta_v1.ObjectMeta  always
///     type PodSpec [atomic] [part]         part: only ever flattened into others
///         union type localhostProfile=Localhost
///         2 inline VolumeSource            its fields are ours in JSON, a message of that number in protobuf
///         1 replicas int32? = 1  min 0     number, name, type (? for what is a pointer in Go), default, facts
///
/// Types are string, bool, int32, int64, double, quantity, intOrString, time, microTime, duration, bytes, any<definition>,
/// [T], [string: T] or the name of a type, with `core_v1.` before it when it stands in another text. Facts are required, always
/// (written even when empty), immutable, min N, max N, enum(A,B), the list kinds atomic, set and map(keys), the map kinds
/// granular and atomic, patch(merge,retainKeys,replace,key=name).
package struct SchemaText: Sendable {
    package var key: String
    package var text: [UInt8]

    package init(key: String, text: [UInt8]) {
        self.key = key
        self.text = text
    }
}

/// What was wrong with a schema text, and where.
package struct SchemaTextError: Error, CustomStringConvertible {
    package let key: String
    package let line: Int
    package let problem: String

    package var description: String { "Schema/\(key).api:\(line): \(problem)" }
}
