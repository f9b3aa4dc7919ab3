/// What the service network of one cluster on one node is made of.
package struct ProxyConfiguration: Sendable, Hashable {
    /// Names the table: `ip martlet-<clusterName>`. Clusters on one machine differ in it.
    package var clusterName: String
    package var nodeName: String
    /// The node's zone (label `topology.kubernetes.io/zone`), for topology hints; empty when it has none.
    package var zone: String
    /// The addresses of all pods of the cluster. Traffic between them is never masqueraded.
    package var podCIDR: String
    package var serviceCIDR: String
    /// The bridge that pods hang on. Its address with prefix length is the pods' gateway ("10.42.0.1/24").
    package var bridge: String
    package var bridgeAddress: String
    /// The bit of the packet mark that asks for masquerading, as in kube-proxy.
    package var masqueradeBit: UInt32
    /// Where the proxy's own health is asked for, 10256 in kube-proxy; nil: nowhere.
    package var healthPort: Int?

    package init(
        clusterName: String, nodeName: String, zone: String = "", podCIDR: String, serviceCIDR: String, bridge: String,
        bridgeAddress: String,
        masqueradeBit: UInt32 = 0x4000
    ) {
        self.clusterName = clusterName
        self.nodeName = nodeName
        self.zone = zone
        self.podCIDR = podCIDR
        self.serviceCIDR = serviceCIDR
        self.bridge = bridge
        self.bridgeAddress = bridgeAddress
        self.masqueradeBit = masqueradeBit
    }

    package var table: String { "martlet-\(clusterName)" }
}
