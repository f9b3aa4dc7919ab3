import Core
import ResourceEngine
import SchemaEngine

/// Which paths below a resource there are, and what can be asked at each: upstream's router for built-in kinds, and its handler of custom
/// resources. `HEAD` is a `GET`.
enum ServedPaths {
    /// Throws what upstream answers where it has no handler: `APIError` (404 or 405), or `PageNotFound`.
    static func check(_ method: String, _ route: ResourceRoute, isWatch: Bool, _ schema: ResourceSchema) throws {
        let isCustom = schema.custom != nil
        let verb = verb(method, route, isWatch: isWatch)
        guard schema.isNamespaced || route.namespace.isEmpty else { throw missing(isCustom) }
        let isAcross = schema.isNamespaced && route.namespace.isEmpty
        if isAcross, !route.name.isEmpty || isCustom && verb != "list" && verb != "watch" { throw missing(isCustom) }
        if !route.subresource.isEmpty {
            let isThere = !route.isWatch && (isCustom || route.rest.utf8.count <= 1)
            guard isThere, let part = schema.subresources.first(where: { $0.name == route.subresource }) else {
                throw isCustom ? APIError.notFound(schema.resource.groupResource, route.name) : .unknownResource
            }
            guard part.verbs.contains(verb) else {
                throw isCustom ? APIError.methodNotAllowed(schema.resource.groupResource, verb) : .verbNotAllowed
            }
            return
        }
        if isCustom, route.name.isEmpty, verb == "update" || verb == "patch" { throw APIError.badRequest("name must be provided") }
        let form = offered(route, isAcross: isAcross)
        guard !form.contains(verb) || !schema.verbs.contains(verb) else { return }
        throw form.contains { schema.verbs.contains($0) } ? APIError.verbNotAllowed : missing(isCustom)
    }

    private static let ofWatches = ["watch"], acrossNamespaces = ["list", "watch"]
    private static let ofCollections = ["list", "watch", "create", "deletecollection"]
    private static let ofObjects = ["get", "update", "patch", "delete"]

    /// What can be asked at a path of its form, whatever the resource.
    private static func offered(_ route: ResourceRoute, isAcross: Bool) -> [String] {
        if route.isWatch { return ofWatches }
        if isAcross { return acrossNamespaces }
        return route.name.isEmpty ? ofCollections : ofObjects
    }

    private static func missing(_ isCustom: Bool) -> any Error { isCustom ? PageNotFound() : APIError.unknownResource }

    /// Empty for methods that no resource has.
    private static func verb(_ method: String, _ route: ResourceRoute, isWatch: Bool) -> String {
        let isCollection = route.name.isEmpty
        switch method {
        case "GET", "HEAD":
            if route.isWatch || isCollection && isWatch { return "watch" }
            return isCollection ? "list" : "get"
        case "POST": return "create"
        case "PUT": return "update"
        case "PATCH": return "patch"
        case "DELETE": return isCollection ? "deletecollection" : "delete"
        default: return ""
        }
    }
}
