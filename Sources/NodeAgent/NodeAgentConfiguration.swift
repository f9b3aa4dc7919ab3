/// What a node agent is told about itself and its cluster.
package struct NodeAgentConfiguration: Sendable {
    package var nodeName: String
    /// The node's own addresses, the one others reach it by first. Never loopback.
    package var addresses: [String]
    /// The agent's persistent state: volumes (`pods/`) and container logs (`logs/`).
    package var dataDirectory: String
    /// The control group under which all pods' groups are made ("/martlet-NAME"); made when missing.
    package var cgroupRoot: String
    /// Nameservers of pods with dnsPolicy ClusterFirst.
    package var clusterDNS: [String]
    package var clusterDomain = "cluster.local"
    package var podCIDR: String
    /// Where the agent's HTTPS endpoint listens; told to the cluster in the node's status.
    package var port = 10250
    /// Labels of the node beyond those every node has.
    package var labels: [String: String] = [:]
    package var maximumPods = 110
    /// The version the node says it runs ("v1.36.0").
    package var kubernetesVersion: String
    /// Seconds between reports of an unchanged node status.
    package var statusInterval = Duration.seconds(60)
    package var leaseInterval = Duration.seconds(10)
    package var leaseSeconds = 40
    /// Container logs: the size past which one is rotated, and how many are kept.
    package var logBytes = 10 << 20
    package var logFiles = 5
    /// Per cent of disk use at which unused images go, and down to which.
    package var imageGarbageHigh = 85
    package var imageGarbageLow = 80
    package var imageMinimumAge = Duration.seconds(120)
    package var eviction = EvictionThresholds()
    /// A directory of manifests whose pods run without an API server's saying so; empty: none.
    package var staticPodPath = ""
    package var staticPodInterval = Duration.seconds(1)
    package var imageVerification = ImagePullRecords.Verification()
    package var swap = SwapBehavior.none

    /// What containers get of the machine's swap (`memorySwap.swapBehavior`); only where control groups are of version 2.
    package enum SwapBehavior: String, Sendable {
        case none = "NoSwap"
        /// Containers of burstable pods get a share as large as their share of the memory.
        case limited = "LimitedSwap"
    }

    package init(
        nodeName: String, addresses: [String], dataDirectory: String, cgroupRoot: String, clusterDNS: [String], podCIDR: String,
        kubernetesVersion: String
    ) {
        self.nodeName = nodeName
        self.addresses = addresses
        self.dataDirectory = dataDirectory
        self.cgroupRoot = cgroupRoot
        self.clusterDNS = clusterDNS
        self.podCIDR = podCIDR
        self.kubernetesVersion = kubernetesVersion
    }

    package var address: String { addresses.first ?? "" }
    var pullRecordsDirectory: String { "\(dataDirectory)/image_manager/pulled" }
    var podsDirectory: String { "\(dataDirectory)/pods" }
    var logsDirectory: String { "\(dataDirectory)/logs" }
}
