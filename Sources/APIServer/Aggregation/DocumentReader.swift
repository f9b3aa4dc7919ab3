import Core
import HTTPTransport
import JSON
import Logging
import Values

/// Reads what another API server says of itself.
struct DocumentReader: Sendable {
    let aggregator: Aggregator

    private static let accepted =
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList"

    /// Reads the documents of one service. What fails keeps its last state and is marked as stale.
    func refresh(_ service: AggregatedService) async {
        let key = GroupVersion(service.group, service.version)
        do {
            let discovery = try await discovery(service)
            aggregator.documents.update(key) {
                $0.discovery = discovery
                $0.isStale = false
            }
        } catch {
            aggregator.documents.update(key) { $0.isStale = true }
            aggregator.logger.info("no discovery of an aggregated API", metadata: ["apiservice": "\(service.name)", "error": "\(error)"])
        }
        do {
            let hash = try await openAPIHash(service)
            guard hash == nil || hash != aggregator.documents.entry(key)?.openAPIHash else { return }
            let openAPI = try await openAPI(service)
            aggregator.documents.update(key) {
                $0.openAPIHash = hash
                $0.openAPI = openAPI
            }
        } catch {
            aggregator.logger.info("no OpenAPI of an aggregated API", metadata: ["apiservice": "\(service.name)", "error": "\(error)"])
        }
    }

    // MARK: Discovery

    private func document(_ service: AggregatedService, _ path: String, accept: String = "application/json") async throws -> HTTPResponse {
        try await aggregator.ask(service, "GET", path, headers: ["Accept": accept])
    }

    private func discovery(_ service: AggregatedService) async throws -> Value? {
        let answer = try await document(service, "/apis", accept: Self.accepted)
        if answer.status == 200, answer.headers["content-type"]?.contains("APIGroupDiscoveryList") == true {
            let list = try JSONParser.parse(answer.body, limits: .outside)
            for group in list["items"]?.array ?? [] where group[path: "metadata", "name"]?.string == service.group {
                for version in group["versions"]?.array ?? [] where version["version"]?.string == service.version { return version }
            }
            throw APIError.notFound(GroupResource(group: "", resource: "groupversions"), "\(service.group)/\(service.version)")
        }
        let classic = try await document(service, service.path)
        guard classic.status == 200 else { throw APIError.internalError("\(service.path): the status is \(classic.status)") }
        return Self.converted(try JSONParser.parse(classic.body, limits: .outside), service)
    }

    /// An `APIResourceList` in the newer form.
    static func converted(_ list: Value, _ service: AggregatedService) -> Value {
        var resources: [Value] = []
        var positions: [String: Int] = [:]
        let all = list["resources"]?.array ?? []
        func response(_ resource: Value) -> Value {
            [
                "group": resource["group"] ?? .string(service.group), "version": resource["version"] ?? .string(service.version),
                "kind": resource["kind"] ?? "",
            ]
        }
        for resource in all {
            guard let name = resource["name"]?.string, !name.contains("/") else { continue }
            var entry: Value = [
                "resource": .string(name), "responseKind": response(resource),
                "scope": resource["namespaced"]?.bool == true ? "Namespaced" : "Cluster",
                "singularResource": resource["singularName"] ?? "",
                "verbs": resource["verbs"] ?? [],
            ]
            for list in ["shortNames", "categories"] {
                if let words = resource[list], !words.isEmpty { entry[list] = words }
            }
            positions[name] = resources.count
            resources.append(entry)
        }
        for resource in all {
            let parts = (resource["name"]?.string ?? "").split(separator: "/", maxSplits: 1).map(String.init)
            guard parts.count == 2, let position = positions[parts[0]] else { continue }
            let part: Value = ["subresource": .string(parts[1]), "responseKind": response(resource), "verbs": resource["verbs"] ?? []]
            resources[position]["subresources"] = .array((resources[position]["subresources"]?.array ?? []) + [part])
        }
        return ["version": .string(service.version), "resources": .array(resources)]
    }

    // MARK: OpenAPI

    private func openAPIHash(_ service: AggregatedService) async throws -> String? {
        let answer = try await document(service, "/openapi/v3")
        guard answer.status == 200 else { return nil }
        let index = try JSONParser.parse(answer.body, limits: .outside)
        guard let url = index["paths"]?[String(service.path.dropFirst())]?["serverRelativeURL"]?.string else { return nil }
        return url.split(separator: "?").last?.split(separator: "&").first { $0.hasPrefix("hash=") }.map { String($0.dropFirst(5)) }
    }

    private func openAPI(_ service: AggregatedService) async throws -> Value? {
        let answer = try await document(service, "/openapi/v2")
        guard answer.status == 200 else { return nil }
        return OpenAPIMerge.narrowed(try JSONParser.parse(answer.body, limits: .outside), to: service.path)
    }
}
