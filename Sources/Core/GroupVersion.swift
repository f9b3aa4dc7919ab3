/// A kind with its group and version. The core group is the empty string.
package struct GroupVersionKind: Hashable, Sendable {
    package var group: String
    package var version: String
    package var kind: String

    package init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// From `apiVersion` ("v1", "apps/v1") and `kind`.
    package init(apiVersion: String, kind: String) {
        let parts = apiVersion.split(separator: "/", maxSplits: 1)
        self.init(
            group: parts.count == 2 ? String(parts[0]) : "", version: parts.last.map(String.init) ?? "", kind: kind)
    }

    /// "v1" for the core group, else "group/version".
    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
}

/// A resource (the plural of the URL) with its group and version.
package struct GroupVersionResource: Hashable, Sendable, CustomStringConvertible {
    package var group: String
    package var version: String
    package var resource: String

    package init(group: String, version: String, resource: String) {
        self.group = group
        self.version = version
        self.resource = resource
    }

    package var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }
    package var groupResource: GroupResource { GroupResource(group: group, resource: resource) }
    package var description: String { "\(apiVersion)/\(resource)" }
}

/// A resource whatever its version; printed as upstream prints it in messages ("pods", "deployments.apps").
package struct GroupResource: Hashable, Sendable, CustomStringConvertible {
    package var group: String
    package var resource: String

    package init(group: String, resource: String) {
        self.group = group
        self.resource = resource
    }

    package var description: String { group.isEmpty ? resource : "\(resource).\(group)" }
}

/// Where an object lives. `namespace` is empty for cluster-scoped objects.
package struct ObjectKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var namespace: String
    package var name: String

    package init(namespace: String = "", name: String) {
        self.namespace = namespace
        self.name = name
    }

    package var description: String { namespace.isEmpty ? name : "\(namespace)/\(name)" }
    package static func < (left: ObjectKey, right: ObjectKey) -> Bool {
        (left.namespace, left.name) < (right.namespace, right.name)
    }
}

/// A version of an API group.
package struct GroupVersion: Sendable, Hashable {
    package var group: String
    package var version: String

    package init(_ group: String, _ version: String) {
        self.group = group
        self.version = version
    }
}

extension GroupVersionResource {
    package var groupVersion: GroupVersion { GroupVersion(group, version) }
}
