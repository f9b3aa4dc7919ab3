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
    }

    /// The pairs of files that overlap, the later one first, in their order; at most `limit`. Sorted by path, what lies under a file follows it.
    private static func overlaps(_ files: [File], limit: Int) -> [(later: Int, earlier: Int)] {
        let paths = files.map { Array("\($0.path)/".utf8) }
        var pairs: [(later: Int, earlier: Int)] = []
        var above: [Int] = []
        for position in files.indices.sorted(by: { paths[$0].lexicographicallyPrecedes(paths[$1]) }) where !files[position].path.isEmpty {
            while let last = above.last, !paths[position].starts(with: paths[last]) { above.removeLast() }
            pairs += above.prefix(max(limit - pairs.count, 0)).map { (max($0, position), min($0, position)) }
            above.append(position)
        }
        return pairs.sorted { $0 < $1 }
    }

    static func collect(_ volumes: Place, _ warnings: inout [String]) {
        for volume in volumes.items {
            let name = Validator.quoted(volume["name"].text)
            func report(_ kind: String, _ files: [File]) {
                for (later, earlier) in overlaps(files, limit: PodWarnings.enough - warnings.count) {
                    warnings.append("volume \(name) (\(kind)): overlapping paths: \(files[later].shown) with \(files[earlier].shown)")
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
