import ResourceEngine

/// Who asks something of the endpoint. The name tells it from the API's own view of a `UserInfo`.
package typealias Caller = UserInfo
