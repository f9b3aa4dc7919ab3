import SchemaEngine

// The interface's messages about containers.

package struct CRILinuxContainerResources: ProtobufMessage {
    package var cpuPeriod: Int64 = 0
    package var cpuQuota: Int64 = 0
    package var cpuShares: Int64 = 0
    package var memoryLimitInBytes: Int64 = 0
    package var oomScoreAdj: Int64 = 0
    package var unified: [String: String] = [:]

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.number(1, &cpuPeriod)
        fields.number(2, &cpuQuota)
        fields.number(3, &cpuShares)
        fields.number(4, &memoryLimitInBytes)
        fields.number(5, &oomScoreAdj)
        fields.map(9, &unified)
    }
}

package struct CRIKeyValue: ProtobufMessage {
    package var key = ""
    package var value: [UInt8] = []

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &key)
        fields.data(2, &value)
    }
}

package struct CRIMount: ProtobufMessage {
    package enum Propagation: Int, Sendable { case `private`, hostToContainer, bidirectional }

    package var containerPath = ""
    package var hostPath = ""
    package var readonly = false
    package var propagation = Propagation.private

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &containerPath)
        fields.text(2, &hostPath)
        fields.flag(3, &readonly)
        fields.choice(5, &propagation)
    }
}

package struct CRICapability: ProtobufMessage {
    package var addCapabilities: [String] = []
    package var dropCapabilities: [String] = []

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.texts(1, &addCapabilities)
        fields.texts(2, &dropCapabilities)
    }
}

package struct CRILinuxContainerSecurityContext: ProtobufMessage {
    package var capabilities = CRICapability()
    package var privileged = false
    package var namespaceOptions = CRINamespaceOption()
    package var runAsUser: Int64?
    package var runAsUsername = ""
    package var readonlyRootfs = false
    package var supplementalGroups: [Int64] = []
    package var noNewPrivs = false
    package var runAsGroup: Int64?
    package var maskedPaths: [String] = []
    package var readonlyPaths: [String] = []
    package var seccomp = CRISecurityProfile()

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.message(1, &capabilities)
        fields.flag(2, &privileged)
        fields.message(3, &namespaceOptions)
        fields.wrapped(5, &runAsUser)
        fields.text(6, &runAsUsername)
        fields.flag(7, &readonlyRootfs)
        fields.numbers(8, &supplementalGroups)
        fields.flag(11, &noNewPrivs)
        fields.wrapped(12, &runAsGroup)
        fields.texts(13, &maskedPaths)
        fields.texts(14, &readonlyPaths)
        fields.message(15, &seccomp)
    }
}

package struct CRILinuxContainerConfig: ProtobufMessage {
    package var resources = CRILinuxContainerResources()
    package var securityContext = CRILinuxContainerSecurityContext()

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.message(1, &resources)
        fields.message(2, &securityContext)
    }
}

package struct CRIContainerMetadata: ProtobufMessage {
    package var name = ""
    package var attempt: UInt32 = 0

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &name)
        fields.number(2, &attempt)
    }
}

package struct CRIContainerConfig: ProtobufMessage {
    package var metadata = CRIContainerMetadata()
    package var image = CRIImageSpec()
    package var command: [String] = []
    package var args: [String] = []
    package var workingDir = ""
    package var envs: [CRIKeyValue] = []
    package var mounts: [CRIMount] = []
    package var labels: [String: String] = [:]
    package var annotations: [String: String] = [:]
    package var logPath = ""
    package var stdin = false
    package var stdinOnce = false
    package var tty = false
    package var linux = CRILinuxContainerConfig()

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.message(1, &metadata)
        fields.message(2, &image)
        fields.texts(3, &command)
        fields.texts(4, &args)
        fields.text(5, &workingDir)
        fields.messages(6, &envs)
        fields.messages(7, &mounts)
        fields.map(9, &labels)
        fields.map(10, &annotations)
        fields.text(11, &logPath)
        fields.flag(12, &stdin)
        fields.flag(13, &stdinOnce)
        fields.flag(14, &tty)
        fields.message(15, &linux)
    }
}

package enum CRIContainerState: Int, Sendable { case created, running, exited, unknown }

/// Empty fields match everything.
package struct CRIContainerFilter: ProtobufMessage {
    package var id = ""
    package var state: CRIContainerState?
    package var podSandboxID = ""
    package var labelSelector: [String: String] = [:]

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        var number = state?.rawValue
        fields.text(1, &id)
        fields.wrapped(2, &number)
        fields.text(3, &podSandboxID)
        fields.map(4, &labelSelector)
        state = number.flatMap(CRIContainerState.init)
    }
}

package struct CRIContainer: ProtobufMessage {
    package var id = ""
    package var podSandboxID = ""
    package var metadata = CRIContainerMetadata()
    package var image = CRIImageSpec()
    package var imageRef = ""
    package var state = CRIContainerState.created
    package var createdAt: Int64 = 0
    package var labels: [String: String] = [:]
    package var annotations: [String: String] = [:]
    package var imageID = ""

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &id)
        fields.text(2, &podSandboxID)
        fields.message(3, &metadata)
        fields.message(4, &image)
        fields.text(5, &imageRef)
        fields.choice(6, &state)
        fields.number(7, &createdAt)
        fields.map(8, &labels)
        fields.map(9, &annotations)
        fields.text(10, &imageID)
    }
}

package struct CRIContainerStatus: ProtobufMessage {
    package var id = ""
    package var metadata = CRIContainerMetadata()
    package var state = CRIContainerState.created
    package var createdAt: Int64 = 0
    package var startedAt: Int64 = 0
    package var finishedAt: Int64 = 0
    package var exitCode: Int32 = 0
    package var image = CRIImageSpec()
    package var imageRef = ""
    package var reason = ""
    package var message = ""
    package var labels: [String: String] = [:]
    package var annotations: [String: String] = [:]
    package var mounts: [CRIMount] = []
    package var logPath = ""
    package var imageID = ""

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &id)
        fields.message(2, &metadata)
        fields.choice(3, &state)
        fields.number(4, &createdAt)
        fields.number(5, &startedAt)
        fields.number(6, &finishedAt)
        fields.number(7, &exitCode)
        fields.message(8, &image)
        fields.text(9, &imageRef)
        fields.text(10, &reason)
        fields.text(11, &message)
        fields.map(12, &labels)
        fields.map(13, &annotations)
        fields.messages(14, &mounts)
        fields.text(15, &logPath)
        fields.text(17, &imageID)
    }
}

package struct CRIExecSyncResponse: ProtobufMessage {
    package var stdout: [UInt8] = []
    package var stderr: [UInt8] = []
    package var exitCode: Int32 = 0

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.data(1, &stdout)
        fields.data(2, &stderr)
        fields.number(3, &exitCode)
    }
}

/// Empty fields match everything.
package struct CRIContainerStatsFilter: ProtobufMessage {
    package var id = ""
    package var podSandboxID = ""
    package var labelSelector: [String: String] = [:]

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &id)
        fields.text(2, &podSandboxID)
        fields.map(3, &labelSelector)
    }
}

package struct CRIContainerAttributes: ProtobufMessage {
    package var id = ""
    package var metadata = CRIContainerMetadata()
    package var labels: [String: String] = [:]

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.text(1, &id)
        fields.message(2, &metadata)
        fields.map(3, &labels)
    }
}

package struct CRIContainerStats: ProtobufMessage {
    package var attributes = CRIContainerAttributes()
    package var writableLayer = CRIFilesystemUsage()

    package init() {}
    package mutating func visit(_ fields: inout ProtobufCodec) {
        fields.message(1, &attributes)
        fields.message(4, &writableLayer)
    }
}
