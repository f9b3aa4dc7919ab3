import Core
import Values

/// Who asks: the outcome of authentication (`authentication.k8s.io/v1 UserInfo`).
package struct UserInfo: Sendable, Hashable {
    package var name: String
    package var uid = ""
    package var groups: [String]
    package var extra: [String: [String]] = [:]

    package init(name: String, groups: [String], uid: String = "", extra: [String: [String]] = [:]) {
        self.name = name
        self.uid = uid
        self.groups = groups
        self.extra = extra
    }

    /// A service account of the cluster's own, as controllers in this process are known.
    package static func serviceAccount(_ name: String, namespace: String = "kube-system") -> UserInfo {
        UserInfo(
            name: "system:serviceaccount:\(namespace):\(name)",
            groups: ["system:serviceaccounts", "system:serviceaccounts:\(namespace)", "system:authenticated"])
    }
}

/// The verbs of authorisation.
package enum Verb: String, Sendable, Hashable {
    case get, list, watch, create, update, patch, delete, deletecollection
    /// Upgraded streams and proxied requests (exec, attach, portforward, proxy); authorised as the verb of their HTTP method.
    case connect
}

/// How a patch is to be read.
package enum PatchType: String, Sendable, Hashable {
    case json = "application/json-patch+json"
    case merge = "application/merge-patch+json"
    case strategicMerge = "application/strategic-merge-patch+json"
    case apply = "application/apply-patch+yaml"
}

/// One request for a resource, whatever way it came: HTTP or a controller in this process.
package struct APIRequest: Sendable {
    /// The query parameters that Kubernetes gives a meaning; `DeleteOptions` of a body are merged in by the caller.
    package struct Options: Sendable {
        package var labelSelector = ""
        package var fieldSelector = ""
        /// Of the series behind a metric: only the custom metrics API knows it.
        package var metricLabelSelector = ""
        /// 0 means no limit.
        package var limit = 0
        package var continueToken = ""
        /// As sent; empty means the newest.
        package var resourceVersion = ""
        /// "", "Exact" or "NotOlderThan".
        package var resourceVersionMatch = ""
        package var allowWatchBookmarks = false
        package var sendInitialEvents: Bool?
        package var timeoutSeconds: Int?
        package var isDryRun = false
        package var fieldManager = ""
        package var force = false
        /// "", "Ignore", "Warn" or "Strict"; empty means Warn over HTTP.
        package var fieldValidation = ""
        package var gracePeriodSeconds: Int64?
        /// "", "Orphan", "Background" or "Foreground".
        package var propagationPolicy = ""
        package var preconditionUID: String?
        package var preconditionResourceVersion: String?
        package var ignoreStoreReadErrors = false
        /// What the asker looks at of an object in the answer, written as a `JSONProjection`; empty: everything. A transport that reads text
        /// may leave out the rest; it is not part of the request.
        package var members = ""

        package init() {}
    }

    /// The object or patch that came with the request.
    package enum Body: Sendable {
        case none
        /// `duplicates` says of a text what stood in it twice, in the words of the client's format.
        case value(Value, duplicates: [String] = [])
        /// Undecoded text in a media type ("application/json", "application/yaml", …).
        case bytes([UInt8], contentType: String)
    }

    package var verb: Verb
    package var resource: GroupVersionResource
    package var subresource = ""
    package var namespace = ""
    package var name = ""
    package var body: Body = .none
    /// Set when `verb` is `.patch`.
    package var patchType: PatchType?
    package var options = Options()
    package var user: UserInfo
    /// The default field manager: the first part of the User-Agent.
    package var userAgent = ""

    package init(verb: Verb, resource: GroupVersionResource, user: UserInfo) {
        self.verb = verb
        self.resource = resource
        self.user = user
    }
}
