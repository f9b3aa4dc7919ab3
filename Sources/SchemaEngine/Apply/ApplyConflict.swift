import Core
import Values

/// A field that an applier wants to set and somebody else owns.
struct ApplyConflict: Equatable {
    var manager: ManagedFields.Manager
    var path: [PathElement]

    var field: String { path.map(\.description).joined() }

    /// `"kubectl" using apps/v1`, `"kubelet" with subresource "status" using v1`.
    var owner: String {
        var text = "\"\(manager.name)\""
        if !manager.subresource.isEmpty { text += " with subresource \"\(manager.subresource)\"" }
        if manager.operation == .update { text += " using \(manager.apiVersion)" }
        return text
    }

    /// The 409 that lists the conflicts, worded as upstream words it.
    static func error(_ conflicts: [ApplyConflict]) -> APIError {
        let message: String
        if conflicts.count == 1 {
            message = "Apply failed with 1 conflict: conflict with \(conflicts[0].owner): \(conflicts[0].field)"
        } else {
            var lines: [String] = []
            var previous = ""
            for conflict in conflicts {
                if conflict.owner != previous { lines.append("conflicts with \(conflict.owner):") }
                previous = conflict.owner
                lines.append("- \(conflict.field)")
            }
            message = "Apply failed with \(conflicts.count) conflicts: \(lines.joined(separator: "\n"))"
        }
        var error = APIError(code: 409, reason: .conflict, message: message)
        error.causes = conflicts.map {
            APIError.Cause(reason: "FieldManagerConflict", message: "conflict with \($0.owner)", field: $0.field)
        }
        return error
    }
}

/// Conflicts on their way to becoming an error, or to being forgiven.
struct ApplyConflicts: Error {
    var conflicts: [ApplyConflict]

    init(_ sets: [ManagedFields.Manager: FieldSet]) {
        conflicts = sets.sorted {
            ($0.key.name, $0.key.apiVersion, $0.key.subresource) < ($1.key.name, $1.key.apiVersion, $1.key.subresource)
        }
        .flatMap { manager, fields in fields.paths.map { ApplyConflict(manager: manager, path: $0) } }
    }
}
