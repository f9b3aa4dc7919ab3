import Core
import KubernetesAPI

/// The environment of a container, from everything it may come from. Pure.
struct ContainerEnvironment {
    /// A reference that cannot be followed: the container waits with CreateContainerConfigError and this text.
    struct Unresolved: Error, CustomStringConvertible {
        let description: String
    }

    let pod: Pod
    let configMaps: [String: ConfigMap]
    let secrets: [String: Secret]
    /// Those of the pod's namespace and `default/kubernetes`.
    let services: [Service]
    let hostIPs: [String]
    let podIPs: [String]
    /// The node's allocatable resources, for `resourceFieldRef` without a limit.
    let allocatable: [String: String]
    /// The files that `fileKeyRef`s name: by volume and path.
    var files: [String: String] = [:]

    /// Names and values in the order the container's process gets them.
    func variables(_ container: Container) throws -> [(name: String, value: String)] {
        var order: [String] = []
        var values: [String: String] = [:]
        func set(_ name: String, _ value: String) {
            if values.updateValue(value, forKey: name) == nil { order.append(name) }
        }
        for source in container.envFrom {
            for (key, value) in try bulk(source).sorted(by: { $0.key < $1.key }) { set(source.prefix + key, value) }
        }
        let serviceValues = serviceVariables()
        for entry in container.env {
            if let source = entry.valueFrom {
                if let value = try resolve(source, container) { set(entry.name, value) }
            } else {
                set(entry.name, Self.expand(entry.value) { values[$0] ?? serviceValues[$0] })
            }
        }
        for (name, value) in serviceValues.sorted(by: { $0.key < $1.key }) where values[name] == nil { set(name, value) }
        return order.map { ($0, values[$0]!) }
    }

    private func bulk(_ source: EnvFromSource) throws -> [String: String] {
        if let reference = source.configMapRef {
            guard let map = configMaps[reference.name] else {
                guard reference.optional == true else { throw Unresolved(description: "configmap \"\(reference.name)\" not found") }
                return [:]
            }
            return map.data
        }
        guard let reference = source.secretRef else { return [:] }
        guard let secret = secrets[reference.name] else {
            guard reference.optional == true else { throw Unresolved(description: "secret \"\(reference.name)\" not found") }
            return [:]
        }
        return try secret.data.mapValues { String(decoding: try Base64.decode($0), as: UTF8.self) }
    }

    private func resolve(_ source: EnvVarSource, _ container: Container) throws -> String? {
        if let field = source.fieldRef { return try self.field(field.fieldPath) }
        if let field = source.resourceFieldRef { return try resource(field, container) }
        if let reference = source.configMapKeyRef {
            guard let map = configMaps[reference.name] else {
                if reference.optional == true { return nil }
                throw Unresolved(description: "configmap \"\(reference.name)\" not found")
            }
            if let value = map.data[reference.key] { return value }
            if reference.optional == true { return nil }
            throw Unresolved(description: "couldn't find key \(reference.key) in ConfigMap \(pod.metadata.namespace)/\(reference.name)")
        }
        if let reference = source.secretKeyRef {
            guard let secret = secrets[reference.name] else {
                if reference.optional == true { return nil }
                throw Unresolved(description: "secret \"\(reference.name)\" not found")
            }
            if let value = secret.data[reference.key] { return String(decoding: try Base64.decode(value), as: UTF8.self) }
            if reference.optional == true { return nil }
            throw Unresolved(description: "couldn't find key \(reference.key) in Secret \(pod.metadata.namespace)/\(reference.name)")
        }
        if let reference = source.fileKeyRef {
            do {
                if let text = files["\(reference.volumeName)/\(reference.path)"],
                    let value = try VariableFile.value(of: reference.key, in: text)
                {
                    return value
                }
            } catch {
                throw Unresolved(description: "couldn't parse env file: \(error)")
            }
            if reference.optional == true { return nil }
            throw Unresolved(description: "environment variable key \"\(reference.key)\" not found in file \"\(reference.path)\"")
        }
        throw Unresolved(description: "environment variable source is not supported")
    }

    /// The downward API's fields; also those of volumes, where maps are allowed.
    func field(_ path: String) throws -> String {
        let metadata = pod.metadata
        if let key = Self.subscripted(path, "metadata.labels") { return metadata.labels[key] ?? "" }
        if let key = Self.subscripted(path, "metadata.annotations") { return metadata.annotations[key] ?? "" }
        switch path {
        case "metadata.name": return metadata.name
        case "metadata.namespace": return metadata.namespace
        case "metadata.uid": return metadata.uid
        case "metadata.labels": return Self.lines(metadata.labels)
        case "metadata.annotations": return Self.lines(metadata.annotations)
        case "spec.nodeName": return pod.spec.nodeName
        case "spec.serviceAccountName": return pod.spec.serviceAccountName
        case "status.hostIP": return hostIPs.first ?? ""
        case "status.hostIPs": return hostIPs.joined(separator: ",")
        case "status.podIP": return podIPs.first ?? ""
        case "status.podIPs": return podIPs.joined(separator: ",")
        default: throw Unresolved(description: "unsupported fieldPath: \(path)")
        }
    }

    func resource(_ selector: ResourceFieldSelector, _ own: Container?) throws -> String {
        let all = Array(pod.spec.containers) + Array(pod.spec.initContainers)
        let named = selector.containerName.isEmpty ? own : all.first { $0.name == selector.containerName }
        guard let container = named else { throw Unresolved(description: "container \(selector.containerName) not found") }
        let parts = selector.resource.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0] == "limits" || parts[0] == "requests" else {
            throw Unresolved(description: "unsupported resource: \(selector.resource)")
        }
        let limits = container.resources?.limits ?? [:]
        let requests = container.resources?.requests ?? [:]
        // Without a limit what the node has to give stands in; without a request, nothing was asked for.
        let text = parts[0] == "limits" ? limits[parts[1]] ?? allocatable[parts[1]] : requests[parts[1]]
        let quantity = text.flatMap { Quantity($0) } ?? .zero
        let divisorText = selector.raw["divisor"]?.string ?? ""
        var divisor = Quantity(divisorText) ?? Quantity(1)
        if divisor.isZero { divisor = Quantity(1) }
        return String(quantity.nano.adding(clamped: divisor.nano - 1) / divisor.nano)
    }

    private static func subscripted(_ path: String, _ base: String) -> String? {
        guard path.hasPrefix(base + "['"), path.hasSuffix("']") else { return nil }
        return String(path.dropFirst(base.count + 2).dropLast(2))
    }

    private static func lines(_ map: [String: String]) -> String {
        map.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// `$(NAME)` gives the variable's value, or stays as it is when there is none; `$$` gives a dollar sign.
    static func expand(_ text: String, _ value: (String) -> String?) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                result += "$"
                rest = rest.dropFirst()
            } else if rest.first == "(", let close = rest.firstIndex(of: ")") {
                let name = String(rest[rest.index(after: rest.startIndex)..<close])
                result += value(name) ?? "$(\(name))"
                rest = rest[rest.index(after: close)...]
            } else {
                result += "$"
            }
        }
        return result + rest
    }

    /// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
    private func serviceVariables() -> [String: String] {
        var result: [String: String] = [:]
        for service in services {
            let isAPI = service.metadata.namespace == "default" && service.metadata.name == "kubernetes"
            guard isAPI || pod.spec.enableServiceLinks != false else { continue }
            guard isAPI || service.metadata.namespace == pod.metadata.namespace else { continue }
            let address = service.spec.clusterIP
            guard !address.isEmpty, address != "None", let first = service.spec.ports.first else { continue }
            let prefix = service.metadata.name.uppercased().replacing("-", with: "_")
            result["\(prefix)_SERVICE_HOST"] = address
            result["\(prefix)_SERVICE_PORT"] = String(first.port)
            let host = address.contains(":") ? "[\(address)]" : address
            for (position, port) in service.spec.ports.enumerated() {
                if !port.name.isEmpty {
                    result["\(prefix)_SERVICE_PORT_\(port.name.uppercased().replacing("-", with: "_"))"] = String(port.port)
                }
                let kind = port.protocol.isEmpty ? "TCP" : port.protocol
                let url = "\(kind.lowercased())://\(host):\(port.port)"
                if position == 0 { result["\(prefix)_PORT"] = url }
                let link = "\(prefix)_PORT_\(port.port)_\(kind.uppercased())"
                result[link] = url
                result["\(link)_PROTO"] = kind.lowercased()
                result["\(link)_PORT"] = String(port.port)
                result["\(link)_ADDR"] = address
            }
        }
        return result
    }
}
