import Core
import Logging
import RegularExpressions
import SchemaEngine
import Store
import Values

/// The generic registry: every verb on every resource, built in or custom, for HTTP and for controllers in this process alike.
///
/// A write runs through one chain, to be read in `Chain/`: authorise, decode, default, mutating admission, prepare, validate, validating
/// admission, commit. All methods throw `APIError` and are safe from any thread.
package final class ResourceEngine: Sendable {
    package let cluster: ClusterState
    package let registry: ResourceRegistry
    package let authorizer: any Authorizer
    package let defaulter: Defaulter
    package let validator: any ObjectValidator
    /// In the order of the chain.
    package let admission: AdmissionChain
    let logger: Logger

    package init(
        cluster: ClusterState, registry: ResourceRegistry, authorizer: any Authorizer, defaulter: Defaulter,
        validator: any ObjectValidator, admission: [any AdmissionPlugin], logger: Logger = Logger(label: "engine")
    ) {
        self.cluster = cluster
        self.registry = registry
        self.authorizer = authorizer
        self.defaulter = defaulter
        self.validator = validator
        self.admission = AdmissionChain(admission)
        self.logger = logger
    }

    /// Answers every verb but watch and connect.
    package func perform(_ request: APIRequest) async throws -> EngineResponse {
        let resource = try resolve(request)
        try await authorize(request)
        return try await translatingStoreErrors(request, resource) {
            if let source = resource.source { return try await read(request, resource, from: source) }
            if request.subresource.isEmpty {
                if request.verb == .get { return try await get(request, resource) }
                if request.verb == .list { return try await list(request, resource) }
            }
            return try await MatchBudget.$current.withValue(MatchBudget.current ?? MatchBudget()) { try await write(request, resource) }
        }
    }

    /// What looks inside objects: its work on regular expressions is limited.
    private func write(_ request: APIRequest, _ resource: ServedResource) async throws -> EngineResponse {
        if !request.subresource.isEmpty { return try await performSubresource(request, resource) }
        switch request.verb {
        case .create: return try await create(request, resource)
        case .update: return try await update(request, resource)
        case .patch: return try await patch(request, resource)
        case .delete: return try await delete(request, resource)
        case .deletecollection: return try await deleteCollection(request, resource)
        case .get, .list, .watch, .connect: throw APIError.verbNotAllowed
        }
    }

    /// Lets a watch in: of a resource, of a namespace or of one object, by the request's options.
    package func watch(_ request: APIRequest) async throws -> EngineWatch {
        let resource = try resolve(request)
        try await authorize(request)
        return try await startWatch(request, resource)
    }

    /// Refuses what the request's user may not do. Public to those that serve streams and proxies of pods, services and nodes.
    package func authorize(_ request: APIRequest) async throws {
        try await authorize(RequestAttributes(request))
    }

    package func authorize(_ attributes: RequestAttributes) async throws {
        let decision = await authorizer.authorize(attributes)
        if let annotations = RequestAnnotations.current {
            annotations.add("authorization.k8s.io/decision", decision.isAllowed ? "allow" : "forbid")
            annotations.add("authorization.k8s.io/reason", decision.reason)
        }
        guard decision.isAllowed else { throw attributes.refusal(decision) }
    }

    /// The resource a request is about, given that it offers the verb.
    package func resolve(_ request: APIRequest) throws -> ServedResource {
        guard let resource = registry[request.resource] else { throw APIError.unknownResource }
        let schema = resource.schema
        guard schema.isNamespaced || request.namespace.isEmpty || schema.resource.resource == "namespaces" else {
            throw APIError.unknownResource
        }
        if request.subresource.isEmpty {
            guard schema.verbs.contains(request.verb.rawValue) || request.verb == .connect else { throw APIError.verbNotAllowed }
        } else {
            guard let part = schema.subresources.first(where: { $0.name == request.subresource }) else { throw APIError.unknownResource }
            guard part.verbs.contains(request.verb.rawValue) || request.verb == .connect else { throw APIError.verbNotAllowed }
        }
        return resource
    }

    /// What of the store's errors is the client's business.
    private func translatingStoreErrors<R>(_ request: APIRequest, _ resource: ServedResource, _ body: () async throws -> R) async throws
        -> R
    {
        do {
            return try await body()
        } catch let error as StoreError {
            switch error {
            case .preconditionFailed: throw APIError.modified(resource.groupResource, request.name)
            case .compacted: throw APIError.expired("The provided continue parameter is too old to display a consistent list result.")
            case .future(let current): throw Self.tooLargeResourceVersion(request.options.resourceVersion, current: current)
            case .overloaded:
                throw APIError.tooManyRequests(
                    "the server has received too many requests and has asked us to try again later", retryAfterSeconds: 1)
            case .diskFull:
                throw APIError(code: 507, reason: "InsufficientStorage", message: error.description)
            case .unavailable, .closed: throw APIError.serviceUnavailable(error.description)
            }
        }
    }

    static func tooLargeResourceVersion(_ revision: String, current: Int64) -> APIError {
        var error = APIError(code: 504, reason: .timeout, message: "Timeout: Too large resource version: \(revision), current: \(current)")
        error.causes = [APIError.Cause(reason: "ResourceVersionTooLarge", message: "Too large resource version", field: "")]
        error.retryAfterSeconds = 1
        return error
    }
}
