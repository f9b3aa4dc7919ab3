import Core
import Linux
import ResourceEngine
import Values
import YAML

/// Which admission plugins are on, and what they are told: `--enable-admission-plugins`, `--disable-admission-plugins` and
/// `--admission-control-config-file`.
package struct AdmissionConfiguration {
    /// What upstream has on by default and this server has no plugin for, or does as a part of something else.
    private static let elsewhere: Set<String> = [
        "JobValidation", "NodeDeclaredFeatureValidator", "PodGroupProtection", "PodGroupWorkloadExists",
        "PodResizeValidator",
    ]

    package let enabled: Set<String>
    /// By the plugin's name.
    package let configurations: [String: Value]

    /// Throws `ClusterError` that names the flag, or the file and the field in it.
    package init(_ settings: APIServerSettings) throws {
        let on = settings.words("enable-admission-plugins") ?? [], off = settings.words("disable-admission-plugins") ?? []
        for (flag, names) in [("enable", on), ("disable", off)] {
            for name in names where !BuiltInAdmission.names.contains(name) {
                throw ClusterError(
                    Self.elsewhere.contains(name)
                        ? "--\(flag)-admission-plugins \(name): this plugin can be turned neither on nor off"
                        : "--\(flag)-admission-plugins \(name) is not known: \(BuiltInAdmission.names.sorted().joined(separator: ", ")) are"
                )
            }
        }
        if let both = on.first(where: off.contains) {
            throw ClusterError("--enable-admission-plugins and --disable-admission-plugins both name \(both)")
        }
        enabled = BuiltInAdmission.standard.union(on).subtracting(off)
        let file = settings.flags["admission-control-config-file"] ?? ""
        guard !file.isEmpty else {
            configurations = [:]
            return
        }
        let directory = file.lastIndex(of: "/").map { String(file[..<$0]) } ?? "."
        do {
            configurations = try Self.read(try APIServerSettings.yaml(file, flag: "admission-control-config-file")) { path in
                try Files.read(path.hasPrefix("/") ? path : "\(directory)/\(path)")
            }
        } catch let error as APIError { throw ClusterError("--admission-control-config-file \(file): \(error.message)") }
    }

    /// The plugins that are on. Throws `ClusterError` that names the plugin and the field of its configuration that is wrong.
    func plugins(_ services: AdmissionServices) throws -> [any AdmissionPlugin] {
        do { return try BuiltInAdmission.plugins(services, enabled: enabled, configurations: configurations) } catch let error as APIError {
            throw ClusterError("--admission-control-config-file: \(error.message)")
        }
    }

    /// Reads an AdmissionConfiguration; `file` gives the bytes of a file that it names. Throws `APIError` that names the field.
    package static func read(_ document: Value, file: (String) throws -> [UInt8]) throws -> [String: Value] {
        let versions = ["apiserver.config.k8s.io/v1", "apiserver.k8s.io/v1alpha1"]
        guard document["kind"] == "AdmissionConfiguration", versions.contains(document["apiVersion"]?.string ?? "") else {
            throw APIError.badRequest("must be an AdmissionConfiguration of apiserver.config.k8s.io/v1")
        }
        var result: [String: Value] = [:]
        for (index, entry) in (document["plugins"]?.array ?? []).enumerated() {
            let place = "plugins[\(index)]"
            let name = entry["name"]?.string ?? ""
            guard BuiltInAdmission.configurable.contains(name) else {
                throw APIError.badRequest(
                    "\(place).name: \"\(name)\" takes no configuration; "
                        + "\(BuiltInAdmission.configurable.sorted().joined(separator: ", ")) do")
            }
            guard result[name] == nil else { throw APIError.badRequest("\(place).name: \(name) is there twice") }
            if let configuration = entry["configuration"], !configuration.isNull {
                result[name] = configuration
                continue
            }
            guard let path = entry["path"]?.string, !path.isEmpty else {
                throw APIError.badRequest("\(place): path or configuration is required")
            }
            do { result[name] = try YAMLParser.parse(try file(path)) } catch {
                throw APIError.badRequest("\(place).path: \(path): \(error)")
            }
        }
        return result
    }
}
