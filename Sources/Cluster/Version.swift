/// What this binary calls itself.
package enum Version {
    package static let martlet = "0.1.0"
    /// The version of the API it serves, as `/version` tells it.
    package static let kubernetes = "v1.36.2"
    /// The version of the API as the OpenAPI documents tell it.
    package static let api = "1.36"
}
