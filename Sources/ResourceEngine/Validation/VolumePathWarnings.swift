/// Files of one volume that would lie over each other.
enum VolumePathWarnings {
    private struct File {
        let path: String
        let source: String
        var shown: String { source.isEmpty ? Validator.quoted(path) : "\(Validator.quoted(path)) (\(source))" }

        init(_ path: String, _ source: String) {
            var path = path
            while path.hasSuffix("/") { path.removeLast() }
            (self.path, self.source) = (path, source)
        }

        func overlaps(_ other: File) -> Bool {
            guard !path.isEmpty, !other.path.isEmpty else { return false }
            return "\(path)/".hasPrefix("\(other.path)/") || "\(other.path)/".hasPrefix("\(path)/")
        }
    }

    static func collect(_ volumes: Place, _ warnings: inout [String]) {
        for volume in volumes.items {
            let name = Validator.quoted(volume["name"].text)
            func report(_ kind: String, _ files: [File]) {
                for (position, file) in files.enumerated() {
                    for other in files[..<position] where file.overlaps(other) {
                        warnings.append("volume \(name) (\(kind)): overlapping paths: \(file.shown) with \(other.shown)")
                    }
                }
            }
            func items(_ place: Place, _ source: String = "") -> [File] { place["items"].items.map { File($0["path"].text, source) } }
            report("ConfigMap \(Validator.quoted(volume["configMap"]["name"].text))", items(volume["configMap"]))
            report("Secret \(Validator.quoted(volume["secret"]["secretName"].text))", items(volume["secret"]))
            report("DownwardAPI", items(volume["downwardAPI"]))
            var projected: [File] = []
            for source in volume["projected"]["sources"].items {
                if source.keys.isEmpty { warnings.append("volume \(name) (Projected) has no sources provided") }
                projected += items(source["configMap"], "ConfigMap \(Validator.quoted(source["configMap"]["name"].text))")
                projected += items(source["secret"], "Secret \(Validator.quoted(source["secret"]["name"].text))")
                projected += items(source["downwardAPI"], "DownwardAPI")
                let (token, bundle, certificate) = (source["serviceAccountToken"], source["clusterTrustBundle"], source["podCertificate"])
                if token.isPresent { projected.append(File(token["path"].text, "ServiceAccountToken")) }
                if bundle.isPresent {
                    let of = bundle["name"].isPresent ? bundle["name"].text : bundle["signerName"].text
                    projected.append(File(bundle["path"].text, "ClusterTrustBundle \(Validator.quoted(of))"))
                }
                for (field, what) in [
                    ("certificateChainPath", "chain"), ("keyPath", "key"), ("credentialBundlePath", "credential bundle"),
                ] where !certificate[field].isEmpty {
                    projected.append(File(certificate[field].text, "PodCertificate \(what)"))
                }
            }
            report("Projected", projected)
        }
    }
}
