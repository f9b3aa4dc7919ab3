import Cryptography
import JSON
import Values

/// An image of one layer in an OCI layout inside a tar archive, as `ctr image import` and other tools read it.
package struct OCIArchive: Sendable {
    /// The full reference under which the image is to be known ("docker.io/martlet/pause:1").
    package var reference: String
    /// As Kubernetes names it: "amd64", "arm64".
    package var architecture: String
    /// The root file system, an uncompressed tar archive.
    package var layer: [UInt8]
    package var entrypoint: [String]
    package var environment: [String] = []

    package init(reference: String, architecture: String, layer: [UInt8], entrypoint: [String]) {
        self.reference = reference
        self.architecture = architecture
        self.layer = layer
        self.entrypoint = entrypoint
    }

    /// The archive's bytes; equal images have equal bytes.
    package func encoded() -> [UInt8] {
        let layerDigest = Self.digest(layer)
        let configuration = JSONWriter.encode([
            "architecture": .string(architecture), "os": "linux",
            "config": [
                "Entrypoint": .array(entrypoint.map { .string($0) }), "Env": .array(environment.map { .string($0) }), "WorkingDir": "/",
            ],
            "rootfs": ["type": "layers", "diff_ids": [.string("sha256:" + layerDigest)]],
        ])
        let manifest = JSONWriter.encode([
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "config": descriptor("application/vnd.oci.image.config.v1+json", configuration),
            "layers": [descriptor("application/vnd.oci.image.layer.v1.tar", layer)],
        ])
        var entry = descriptor("application/vnd.oci.image.manifest.v1+json", manifest)
        entry["annotations"] = ["io.containerd.image.name": .string(reference), "org.opencontainers.image.ref.name": .string(tag)]
        entry["platform"] = ["architecture": .string(architecture), "os": "linux"]
        let index = JSONWriter.encode([
            "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": [entry],
        ])
        var tar = TarWriter()
        tar.addFile("oci-layout", Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
        tar.addFile("index.json", index)
        tar.addDirectory("blobs")
        tar.addDirectory("blobs/sha256")
        for blob in [layer, configuration, manifest] { tar.addFile("blobs/sha256/\(Self.digest(blob))", blob) }
        return tar.finished()
    }

    private var tag: String { reference.split(separator: ":").last.map(String.init) ?? "latest" }

    private func descriptor(_ mediaType: String, _ blob: [UInt8]) -> Value {
        ["mediaType": .string(mediaType), "digest": .string("sha256:" + Self.digest(blob)), "size": .int(Int64(blob.count))]
    }

    private static func digest(_ bytes: [UInt8]) -> String { HashAlgorithm.sha256.hexadecimal(bytes) }
}
