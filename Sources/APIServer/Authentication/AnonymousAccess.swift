import Core
import Values

/// Where those may go who do not say who they are.
package enum AnonymousAccess: Sendable, Equatable {
    case nowhere, everywhere
    /// To health and version, and what lies below them.
    case standard
    /// To these paths, exactly.
    case paths(Set<String>)

    private static let standardPaths: Set<String> = ["/healthz", "/livez", "/readyz", "/version"]

    /// Reads `anonymous` of an AuthenticationConfiguration. Throws `APIError` that names the field.
    package init(_ json: Value) throws {
        guard let object = json.object, object.keys.allSatisfy({ ["enabled", "conditions"].contains($0) }) else {
            throw APIError.badRequest("anonymous: enabled and conditions are its fields")
        }
        let conditions = json["conditions"]?.array ?? []
        guard json["enabled"]?.bool == true else {
            guard conditions.isEmpty else {
                throw APIError.badRequest("anonymous.conditions: enabled should be set to true when conditions are defined")
            }
            self = .nowhere
            return
        }
        let paths = try conditions.enumerated().map { index, condition in
            guard let path = condition["path"]?.string, path.hasPrefix("/") else {
                throw APIError.badRequest("anonymous.conditions[\(index)].path: must be an absolute path")
            }
            return path
        }
        self = paths.isEmpty ? .everywhere : .paths(Set(paths))
    }

    /// Whether a path is open to them.
    func mayGo(to path: String) -> Bool {
        switch self {
        case .nowhere: false
        case .everywhere: true
        case .standard: Self.standardPaths.contains("/\(path.dropFirst().prefix { $0 != "/" })")
        case .paths(let paths): paths.contains(path)
        }
    }
}
