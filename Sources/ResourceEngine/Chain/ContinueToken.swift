import Core
import JSON
import Values

/// Where a list goes on: behind which object, and at which revision, so that all pages show one state.
struct ContinueToken {
    let after: ObjectKey
    /// -1 goes on with the newest state: the list is then inconsistent, which its reader has accepted.
    let revision: Int64

    init(after: ObjectKey, revision: Int64) {
        self.after = after
        self.revision = revision
    }

    /// Throws `APIError` (400) for text that is no token.
    init(_ text: String) throws {
        guard let bytes = try? Base64.decode(text), let value = try? JSONParser.parse(bytes), let revision = value["rv"]?.int,
            let name = value["name"]?.string
        else { throw APIError.badRequest("invalid continue token: continue key is not valid") }
        after = ObjectKey(namespace: value["namespace"]?.string ?? "", name: name)
        self.revision = revision
    }

    /// Opaque to clients.
    var text: String {
        Base64.encode(
            JSONWriter.encode(["v": "martlet/v1", "rv": .int(revision), "namespace": .string(after.namespace), "name": .string(after.name)])
        )
    }

    /// A list whose revision is gone; the token in it goes on with the newest state.
    static func expired(_ token: String) -> APIError {
        var error = APIError.expired(
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
                + "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
                + "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted "
                + "between the time the first chunk was returned and now may show up in the list.")
        error.continueToken = token
        return error
    }
}
