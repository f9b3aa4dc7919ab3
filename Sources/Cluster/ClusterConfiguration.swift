import Core
import JSON
import Values

/// What makes one cluster differ from another on the same machine. Chosen at the first start, kept in `cluster.json`,
/// and the same ever after: addresses that objects already hold cannot change under them.
package struct ClusterConfiguration: Sendable, Equatable {
    /// A DNS label; also part of the names of the bridge and the nftables table.
    package var name: String
    package var apiPort: Int
    package var serviceCIDR: String
    package var podCIDR: String
    package var hasNode: Bool
    /// Ports that NodePort services get, both ends included.
    package var nodePorts: ClosedRange<Int>
    /// Where the node agent serves.
    package var agentPort: Int
    /// Where ingresses are served: plain HTTP.
    package var ingressPort: Int
    /// Where they are served with TLS: as far from the other as 443 is from 80.
    package var ingressTLSPort: Int { ingressPort + 363 }
    /// Where another container runtime listens; empty: the cluster runs a containerd of its own.
    package var runtimeEndpoint: String
    /// Where that runtime looks for the network of pods.
    package var cniDirectory = "/etc/cni/net.d"
    /// A file with a KubeletConfiguration; empty: none.
    package var kubeletConfig = ""
    /// What the API server is told besides.
    package var apiServer = APIServerSettings()

    /// The address of the `kubernetes` service: the first of the range.
    package var kubernetesServiceIP: String { address(atOffset: 1) }
    /// The address of the `kube-dns` service: the tenth of the range, as everywhere.
    package var dnsServiceIP: String { address(atOffset: 10) }
    /// The bridge that pods hang on. Linux allows 15 characters: of a longer name, a checksum stands for the rest.
    package var bridgeName: String {
        guard name.utf8.count > 12 else { return "mt-\(name)" }
        let checksum = name.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return "mt-\(name.prefix(5))-" + String(checksum & 0xFF_FFFF | 0x100_0000, radix: 16).suffix(6)
    }
    /// The domain of the cluster's names.
    package var clusterDomain: String { "cluster.local" }

    /// What the `index`th cluster on a machine gets when nothing else is asked for, so that several run side by side.
    package static func standard(name: String, index: Int, hasNode: Bool) -> ClusterConfiguration {
        ClusterConfiguration(
            name: name, apiPort: 6443 + index, serviceCIDR: "10.\(96 + index).0.0/16", podCIDR: "10.\(244 - index).0.0/16",
            hasNode: hasNode,
            nodePorts: index == 0 ? 30000...32767 : (30000 - 2000 * index)...(31999 - 2000 * index), agentPort: 10250 + index,
            ingressPort: index == 0 ? 80 : 8080 + index, runtimeEndpoint: "")
    }

    /// Whether the two could not run side by side.
    package func overlaps(_ other: ClusterConfiguration) -> Bool {
        clash(with: other) != nil
    }

    /// What the two have in common that each needs for itself, in words for people; nil: they can run side by side.
    package func clash(with other: ClusterConfiguration) -> String? {
        if apiPort == other.apiPort { return "the API port \(apiPort)" }
        if agentPort == other.agentPort, hasNode, other.hasNode { return "the node agent's port \(agentPort)" }
        // A control plane alone hands addresses out and uses none.
        guard hasNode, other.hasNode else { return nil }
        if nodePorts.overlaps(other.nodePorts) { return "node ports \(nodePorts.lowerBound) to \(nodePorts.upperBound)" }
        for (mine, what) in [(serviceCIDR, "service addresses"), (podCIDR, "pod addresses")] {
            for theirs in [other.serviceCIDR, other.podCIDR] where Self.overlap(mine, theirs) {
                return "\(what) \(mine) (that cluster has \(theirs))"
            }
        }
        return nil
    }

    /// Whether two ranges ("10.96.0.0/16") have an address in common.
    package static func overlap(_ one: String, _ other: String) -> Bool {
        func read(_ text: String) -> (base: UInt32, length: Int)? {
            let parts = text.split(separator: "/")
            let bytes = parts.first?.split(separator: ".").compactMap { UInt32($0) } ?? []
            guard parts.count == 2, bytes.count == 4, let length = Int(parts[1]), (0...32).contains(length) else { return nil }
            return (bytes.reduce(0) { $0 << 8 | $1 }, length)
        }
        guard let one = read(one), let other = read(other) else { return false }
        let shift = 32 - min(one.length, other.length)
        return shift == 32 || one.base >> shift == other.base >> shift
    }

    /// How many clusters `standard` has room for.
    package static let standardCount = 10

    private func address(atOffset offset: UInt32) -> String {
        let parts = serviceCIDR.split(separator: "/")[0].split(separator: ".").compactMap { UInt32($0) }
        let base = parts.reduce(0) { $0 << 8 | $1 } + offset
        return [24, 16, 8, 0].map { String(base >> $0 & 0xFF) }.joined(separator: ".")
    }
}

extension ClusterConfiguration {
    /// The form of `cluster.json`.
    package var json: Value {
        [
            "name": .string(name), "apiPort": .int(Int64(apiPort)), "serviceCIDR": .string(serviceCIDR), "podCIDR": .string(podCIDR),
            "hasNode": .bool(hasNode), "firstNodePort": .int(Int64(nodePorts.lowerBound)),
            "lastNodePort": .int(Int64(nodePorts.upperBound)),
            "agentPort": .int(Int64(agentPort)), "ingressPort": .int(Int64(ingressPort)), "runtimeEndpoint": .string(runtimeEndpoint),
            "cniDirectory": .string(cniDirectory), "kubeletConfig": .string(kubeletConfig),
            "apiServer": apiServer.json,
        ]
    }

    /// Reads `cluster.json`; throws an error that names the member that is missing or wrong.
    package init(json: Value) throws {
        func text(_ key: String) throws -> String {
            guard let value = json[key]?.string else { throw ClusterError("cluster.json: \(key) is not a string") }
            return value
        }
        func number(_ key: String) throws -> Int {
            guard let value = json[key]?.int else { throw ClusterError("cluster.json: \(key) is not a number") }
            return Int(value)
        }
        let first = try number("firstNodePort")
        let last = try number("lastNodePort")
        guard first <= last else { throw ClusterError("cluster.json: firstNodePort is above lastNodePort") }
        self.init(
            name: try text("name"), apiPort: try number("apiPort"), serviceCIDR: try text("serviceCIDR"), podCIDR: try text("podCIDR"),
            hasNode: json["hasNode"]?.bool ?? true, nodePorts: first...last, agentPort: try number("agentPort"),
            ingressPort: try number("ingressPort"), runtimeEndpoint: try text("runtimeEndpoint"))
        // Clusters made before have none of these.
        cniDirectory = json["cniDirectory"]?.string ?? cniDirectory
        kubeletConfig = json["kubeletConfig"]?.string ?? ""
        apiServer = APIServerSettings(json: json["apiServer"] ?? .null)
    }
}

/// Why a cluster could not be started, stopped or found, in words for the person who asked.
package struct ClusterError: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
