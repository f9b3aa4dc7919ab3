import SchemaEngine

// The messages of the Container Runtime Interface, v1, with those of their fields that Martlet uses; the numbers are the interface's.
// Here: the runtime itself and sandboxes.

package struct CRIVersionResponse: ProtobufMessage {
    package var version = ""
    package var runtimeName = ""
    package var runtimeVersion = ""
    package var runtimeApiVersion = ""

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &version)
        fields.text(2, &runtimeName)
        fields.text(3, &runtimeVersion)
        fields.text(4, &runtimeApiVersion)
    }
}

package struct CRIRuntimeCondition: ProtobufMessage {
    package var type = ""
    package var status = false
    package var reason = ""
    package var message = ""

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &type)
        fields.flag(2, &status)
        fields.text(3, &reason)
        fields.text(4, &message)
    }
}

package struct CRIRuntimeStatus: ProtobufMessage {
    package var conditions: [CRIRuntimeCondition] = []

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) { fields.messages(1, &conditions) }
}

package struct CRIDNSConfig: ProtobufMessage {
    package var servers: [String] = []
    package var searches: [String] = []
    package var options: [String] = []

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.texts(1, &servers)
        fields.texts(2, &searches)
        fields.texts(3, &options)
    }
}

package struct CRIPortMapping: ProtobufMessage {
    package enum TransportProtocol: Int, Sendable { case tcp, udp, sctp }

    package var `protocol` = TransportProtocol.tcp
    package var containerPort: Int32 = 0
    package var hostPort: Int32 = 0
    package var hostIp = ""

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.choice(1, &`protocol`)
        fields.number(2, &containerPort)
        fields.number(3, &hostPort)
        fields.text(4, &hostIp)
    }
}

package struct CRINamespaceOption: ProtobufMessage {
    package enum Mode: Int, Sendable { case pod, container, node, target }

    package var network = Mode.pod
    package var pid = Mode.pod
    package var ipc = Mode.pod
    package var targetID = ""

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.choice(1, &network)
        fields.choice(2, &pid)
        fields.choice(3, &ipc)
        fields.text(4, &targetID)
    }
}

package struct CRISecurityProfile: ProtobufMessage {
    package enum Kind: Int, Sendable { case runtimeDefault, unconfined, localhost }

    package var profileType = Kind.runtimeDefault
    package var localhostRef = ""

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.choice(1, &profileType)
        fields.text(2, &localhostRef)
    }
}

package struct CRILinuxSandboxSecurityContext: ProtobufMessage {
    package var namespaceOptions = CRINamespaceOption()
    package var runAsUser: Int64?
    package var supplementalGroups: [Int64] = []
    package var privileged = false
    package var runAsGroup: Int64?
    package var seccomp = CRISecurityProfile()

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.message(1, &namespaceOptions)
        fields.wrapped(3, &runAsUser)
        fields.numbers(5, &supplementalGroups)
        fields.flag(6, &privileged)
        fields.wrapped(8, &runAsGroup)
        fields.message(9, &seccomp)
    }
}

package struct CRILinuxPodSandboxConfig: ProtobufMessage {
    package var cgroupParent = ""
    package var securityContext = CRILinuxSandboxSecurityContext()
    package var sysctls: [String: String] = [:]

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &cgroupParent)
        fields.message(2, &securityContext)
        fields.map(3, &sysctls)
    }
}

package struct CRIPodSandboxMetadata: ProtobufMessage {
    package var name = ""
    package var uid = ""
    package var namespace = ""
    package var attempt: UInt32 = 0

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &name)
        fields.text(2, &uid)
        fields.text(3, &namespace)
        fields.number(4, &attempt)
    }
}

package struct CRIPodSandboxConfig: ProtobufMessage {
    package var metadata = CRIPodSandboxMetadata()
    package var hostname = ""
    package var logDirectory = ""
    package var dnsConfig = CRIDNSConfig()
    package var portMappings: [CRIPortMapping] = []
    package var labels: [String: String] = [:]
    package var annotations: [String: String] = [:]
    package var linux = CRILinuxPodSandboxConfig()

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.message(1, &metadata)
        fields.text(2, &hostname)
        fields.text(3, &logDirectory)
        fields.message(4, &dnsConfig)
        fields.messages(5, &portMappings)
        fields.map(6, &labels)
        fields.map(7, &annotations)
        fields.message(8, &linux)
    }
}

package enum CRIPodSandboxState: Int, Sendable { case ready, notReady }

package struct CRIPodIP: ProtobufMessage {
    package var ip = ""

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) { fields.text(1, &ip) }
}

package struct CRIPodSandboxNetworkStatus: ProtobufMessage {
    package var ip = ""
    package var additionalIps: [CRIPodIP] = []

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &ip)
        fields.messages(2, &additionalIps)
    }
}

package struct CRIPodSandboxStatus: ProtobufMessage {
    package var id = ""
    package var metadata = CRIPodSandboxMetadata()
    package var state = CRIPodSandboxState.ready
    package var createdAt: Int64 = 0
    package var network = CRIPodSandboxNetworkStatus()
    package var labels: [String: String] = [:]
    package var annotations: [String: String] = [:]

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &id)
        fields.message(2, &metadata)
        fields.choice(3, &state)
        fields.number(4, &createdAt)
        fields.message(5, &network)
        fields.map(7, &labels)
        fields.map(8, &annotations)
    }
}

/// Empty fields match everything.
package struct CRIPodSandboxFilter: ProtobufMessage {
    package var id = ""
    package var labelSelector: [String: String] = [:]

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &id)
        fields.map(3, &labelSelector)
    }
}

package struct CRIPodSandbox: ProtobufMessage {
    package var id = ""
    package var metadata = CRIPodSandboxMetadata()
    package var state = CRIPodSandboxState.ready
    package var createdAt: Int64 = 0
    package var labels: [String: String] = [:]
    package var annotations: [String: String] = [:]

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &id)
        fields.message(2, &metadata)
        fields.choice(3, &state)
        fields.number(4, &createdAt)
        fields.map(5, &labels)
        fields.map(6, &annotations)
    }
}
