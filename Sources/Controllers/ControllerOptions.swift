import Core
import Identity
import Values

/// What the control loops need to know of the cluster.
package struct ControllerOptions: Sendable {
    /// A resource that the API serves, as discovery tells it.
    package struct ServedResource: Sendable, Hashable {
        package let resource: GroupVersionResource
        package let kind: String
        package let isNamespaced: Bool
        /// "list", "watch", "delete", "deletecollection", …
        package let verbs: Set<String>

        package init(resource: GroupVersionResource, kind: String, isNamespaced: Bool, verbs: Set<String>) {
            self.resource = resource
            self.kind = kind
            self.isNamespaced = isNamespaced
            self.verbs = verbs
        }

        /// One for each resource, in the most preferred of the versions it is served in: one object is one, however many versions show it.
        package static func preferred(_ all: some Sequence<ServedResource>) -> [ServedResource] {
            var places: [GroupResource: Int] = [:]
            var result: [ServedResource] = []
            for one in all {
                guard let place = places[one.resource.groupResource] else {
                    places[one.resource.groupResource] = result.count
                    result.append(one)
                    continue
                }
                let known = VersionPriority(result[place].resource.version)
                if known < VersionPriority(one.resource.version) { result[place] = one }
            }
            return result
        }
    }

    /// Loops that do not run, by name (`ControllerSet.names`).
    package var disabled: Set<String> = []
    /// The certificates, in PEM, with which pods recognise the API server. Empty: no root CA config maps are published.
    package var rootCertificates = ""
    /// Signs the tokens of secrets of type service-account-token; without one such secrets stay empty.
    package var tokenSigner: (any ServiceAccountTokenSigner)?
    /// Signs approved certificate requests; without one they stay unsigned.
    package var certificateAuthority: CertificateAuthority?
    /// The preferred version of every resource the API serves now, custom ones included.
    package var servedResources: @Sendable () async throws -> [ServedResource] = { [] }
    /// The range that nodes get their pods' ranges from, such as "10.244.0.0/16". Empty: nodes get none.
    package var clusterCIDR = ""
    /// The prefix length of a node's range.
    package var nodeCIDRMaskSize = 24
    /// How many finished pods are kept in the cluster (0: all).
    package var terminatedPodThreshold = 12_500
    /// How long a token that a control plane made by itself must not have been used to be marked invalid, and then to be deleted.
    package var legacyTokenCleanUpPeriod = Duration.seconds(365 * 86_400)
    /// Where the autoscaler's figures come from; nil: from the metrics APIs.
    package var metrics: (any MetricsSource)?
    /// Keeps the volumes of the class "local-path"; nil: that class has none.
    package var localVolumes: (any LocalVolumeStorage)?

    /// The doubtful expressions of a ValidatingAdmissionPolicy: their fields, and what is doubtful. Nil: nobody looks.
    package var policyWarnings: (@Sendable (Value) async throws -> [(field: String, text: String)])?

    /// Whether StorageVersionMigrations are carried out (the gate `StorageVersionMigrator`, and its API is served).
    package var migratesStorage = false
    /// Whether the API server's certificates are published as a ClusterTrustBundle (the gate `ClusterTrustBundle`, and its API is served).
    package var publishesTrustBundle = false

    package init() {}
}

/// Signs tokens of service accounts that do not expire (secrets of type `kubernetes.io/service-account-token`).
package protocol ServiceAccountTokenSigner: Sendable {
    /// A signed token of the account, bound to the secret of that name.
    func legacyToken(namespace: String, account: String, accountUID: String, secret: String) throws -> String
}
