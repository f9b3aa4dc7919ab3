import Core
import HTTPTransport
import JSON
import Values

/// One `APIService`: who answers for a version of an API group, and how it ranks in discovery.
package struct AggregatedService: Sendable, Equatable {
    /// The service behind which another API server answers.
    package struct Backend: Sendable, Hashable {
        package var namespace: String
        package var name: String
        package var port: Int
        /// PEM; empty means the system's roots.
        package var authorities: [UInt8]
        package var skipsVerification: Bool

        /// The name its certificate must have.
        var serverName: String { "\(name).\(namespace).svc" }
    }

    package var name: String
    package var group: String
    package var version: String
    package var groupPriority: Int
    package var versionPriority: Int
    /// Nil: this server answers itself.
    package var backend: Backend?
    package var isAvailable: Bool

    /// Reads the object. What cannot be read was not let in by validation.
    package init(_ object: Value) {
        let spec = object["spec"]
        name = object[path: "metadata", "name"]?.string ?? ""
        group = spec?["group"]?.string ?? ""
        version = spec?["version"]?.string ?? ""
        groupPriority = Int(spec?["groupPriorityMinimum"]?.int ?? 0)
        versionPriority = Int(spec?["versionPriority"]?.int ?? 0)
        isAvailable = (object[path: "status", "conditions"]?.array ?? []).contains { $0["type"] == "Available" && $0["status"] == "True" }
        guard let service = spec?["service"], service.object != nil else { return }
        backend = Backend(
            namespace: service["namespace"]?.string ?? "", name: service["name"]?.string ?? "", port: Int(service["port"]?.int ?? 443),
            authorities: (try? Base64.decode(spec?["caBundle"]?.string ?? "")) ?? [],
            skipsVerification: spec?["insecureSkipTLSVerify"]?.bool ?? false)
    }

    /// Where its discovery document is.
    var path: String { group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)" }
}
