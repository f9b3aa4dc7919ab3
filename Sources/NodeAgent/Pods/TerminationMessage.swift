import KubernetesAPI
import Linux
import Runtime

/// What a container leaves behind to say why it ended.
enum TerminationMessage {
    /// https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
    private static let fileLimit = 4096
    private static let logLines = 80
    private static let logBytes = 2048

    static func read(_ status: CRIContainerStatus, _ configuration: PodConfiguration) async -> String {
        let name = status.metadata.name
        let file = ContainerMounts.terminationLog(configuration.directory, name, String(status.metadata.attempt))
        let log = "\(configuration.logDirectory)/\(name)/\(status.metadata.attempt).log"
        let fallsBack =
            status.annotations[PodConfiguration.Label.terminationMessagePolicy] == "FallbackToLogsOnError" && status.exitCode != 0
        let text = try? await BlockingPool.files.run { () -> String in
            if let bytes = try? Files.read(file, limit: fileLimit), !bytes.isEmpty { return String(decoding: bytes, as: UTF8.self) }
            guard fallsBack else { return "" }
            var reader = try ContainerLog(path: log)
            try reader.seekToLast(lines: logLines)
            var result: [UInt8] = []
            while let line = try reader.next() { result += line.content }
            return String(decoding: result.suffix(logBytes), as: UTF8.self)
        }
        return text ?? ""
    }
}
