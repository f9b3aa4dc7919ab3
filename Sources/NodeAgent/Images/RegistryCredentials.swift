import Core
import JSON
import KubernetesAPI
import Runtime
import Values

/// A login, and which secret it is from.
struct RegistryLogin: Sendable {
    var login: CRIAuthConfig
    var source: ImagePullRecords.Source
}

/// Registry logins from pull secrets (https://kubernetes.io/docs/concepts/containers/images/#config-json). Pure.
enum RegistryCredentials {
    /// The logins of a secret that fit an image, most specific first.
    static func matching(_ image: String, _ secret: Secret) -> [RegistryLogin] {
        let isOld = secret.type == "kubernetes.io/dockercfg"
        guard let text = secret.data[isOld ? ".dockercfg" : ".dockerconfigjson"], let bytes = try? Base64.decode(text),
            let value = try? JSONParser.parse(bytes), let entries = (isOld ? value : value["auths"])?.object
        else { return [] }
        let full = normalised(image)
        return entries.filter { matches(full, $0.key) }.sorted { $0.key.utf8.count > $1.key.utf8.count }.map { entry in
            let login = login(entry.value)
            let hash = ImagePullRecords.hash("\(login.username)\u{0}\(login.password)\u{0}\(login.identityToken)")
            return RegistryLogin(
                login: login,
                source: .init(uid: secret.metadata.uid, namespace: secret.metadata.namespace, name: secret.metadata.name, hash: hash))
        }
    }

    private static func login(_ entry: Value) -> CRIAuthConfig {
        .with {
            $0.username = entry["username"]?.string ?? ""
            $0.password = entry["password"]?.string ?? ""
            $0.identityToken = entry["identitytoken"]?.string ?? ""
            if $0.username.isEmpty, let auth = entry["auth"]?.string, let bytes = try? Base64.decode(auth) {
                let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1).map(String.init)
                $0.username = parts.first ?? ""
                $0.password = parts.count > 1 ? parts[1] : ""
            }
        }
    }

    /// With its registry: a first part without a dot, a colon or "localhost" is not one.
    static func normalised(_ image: String) -> String {
        let parts = image.split(separator: "/", maxSplits: 1)
        guard parts.count == 2 else { return "docker.io/library/\(image)" }
        return parts[0].contains(".") || parts[0].contains(":") || parts[0] == "localhost" ? image : "docker.io/\(image)"
    }

    /// Host labels may be globs ("*.example.org"); the path is a prefix.
    private static func matches(_ image: String, _ entry: String) -> Bool {
        var pattern = entry[...]
        for scheme in ["https://", "http://"] where pattern.hasPrefix(scheme) { pattern = pattern.dropFirst(scheme.count) }
        while pattern.hasSuffix("/") { pattern.removeLast() }
        let parts = pattern.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: true)
        guard var host = parts.first.map(String.init) else { return false }
        if host == "index.docker.io" { host = "docker.io" }
        var path = parts.count > 1 ? String(parts[1]) : ""
        if path == "v1" || path == "v2" { path = "" }
        let wanted = image.split(separator: "/", maxSplits: 1)
        let labels = wanted[0].split(separator: ".")
        let globs = host.split(separator: ".")
        guard labels.count == globs.count, zip(labels, globs).allSatisfy({ $1 == "*" || $0 == $1 }) else { return false }
        return path.isEmpty || wanted[1].hasPrefix(path)
    }
}
