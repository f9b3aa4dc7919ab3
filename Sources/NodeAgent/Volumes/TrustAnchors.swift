import Client
import Core
import KubernetesAPI
import Values

/// The certificates that a projected volume takes from ClusterTrustBundles: each once, in one order, without whatever stands around them.
package struct TrustAnchors: Sendable {
    /// Why there are none: the event's text.
    package struct Missing: Error, CustomStringConvertible {
        package let description: String
    }

    private let client: Client

    package init(client: Client) { self.client = client }

    /// The file's content. Throws `Missing` or `APIError` when nothing is there and the source is not optional.
    package func content(_ source: ClusterTrustBundleProjection) async throws -> String {
        let isOptional = source.optional == true
        var bundles: [ClusterTrustBundle] = []
        if !source.name.isEmpty {
            do {
                bundles = [try await client.get(ClusterTrustBundle.self, ObjectKey(name: source.name))]
            } catch let error as APIError where error.reason == .notFound && isOptional {
                return ""
            }
        } else if !source.signerName.isEmpty {
            var options = Client.Options()
            options.fieldSelector = "spec.signerName=\(source.signerName)"
            // No selector chooses none, an empty one all.
            if let selector = source.labelSelector?.matcher {
                bundles = try await client.list(ClusterTrustBundle.self, options: options).items
                    .filter { $0.spec.signerName == source.signerName && selector.matches($0.metadata.labels) }
            }
            if bundles.isEmpty {
                guard isOptional else {
                    throw Missing(description: "combination of signerName and labelSelector matched zero ClusterTrustBundles")
                }
                return ""
            }
        } else {
            throw Missing(description: "ClusterTrustBundle projection requires either name or signerName to be set")
        }
        return Self.normalized(bundles.map(\.spec.trustBundle))
    }

    /// The certificates of PEM texts, each once and in the order of their encoded form, so that a file changes only when they do.
    package static func normalized(_ texts: [String]) -> String {
        var anchors: Set<String> = []
        for text in texts {
            var body: String?
            for line in text.split(whereSeparator: \.isNewline) {
                if line == "-----BEGIN CERTIFICATE-----" {
                    body = ""
                } else if line == "-----END CERTIFICATE-----" {
                    if let body { anchors.insert(body) }
                    body = nil
                } else if body != nil {
                    body?.append(contentsOf: line.filter { !$0.isWhitespace })
                }
            }
        }
        return anchors.sorted().map { anchor in
            var lines = ["-----BEGIN CERTIFICATE-----"]
            var rest = Substring(anchor)
            while !rest.isEmpty {
                lines.append(String(rest.prefix(64)))
                rest = rest.dropFirst(64)
            }
            return (lines + ["-----END CERTIFICATE-----", ""]).joined(separator: "\n")
        }.joined()
    }
}
