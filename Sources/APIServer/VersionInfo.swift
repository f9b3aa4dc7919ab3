import Core
import Values

/// What `/version` tells (`k8s.io/apimachinery/pkg/version.Info`).
package struct VersionInfo: Sendable {
    package var major = "1"
    package var minor = "36"
    package var gitVersion: String
    package var gitCommit: String
    package var gitTreeState = "clean"
    package var buildDate: String
    package var platform: String

    package init(
        gitVersion: String = "v1.36.2+martlet", gitCommit: String = "", buildDate: String = "1970-01-01T00:00:00Z",
        platform: String = Self.platform
    ) {
        self.gitVersion = gitVersion
        self.gitCommit = gitCommit
        self.buildDate = buildDate
        self.platform = platform
    }

    package static var platform: String {
        #if arch(arm64)
            "linux/arm64"
        #else
            "linux/amd64"
        #endif
    }

    /// `kubernetes_build_info` as Prometheus text.
    var metricsText: String {
        metricHead("kubernetes_build_info", "gauge", "What was built, and from what; always 1.")
            + "kubernetes_build_info{build_date=\"\(buildDate)\",compiler=\"swiftc\",git_commit=\"\(gitCommit)\",git_tree_state=\"\(gitTreeState)\","
            + "git_version=\"\(gitVersion)\",go_version=\"none\",major=\"\(major)\",minor=\"\(minor)\",platform=\"\(platform)\"} 1\n"
    }

    var value: Value {
        [
            "major": .string(major), "minor": .string(minor), "emulationMajor": .string(major), "emulationMinor": .string(minor),
            "minCompatibilityMajor": .string(major), "minCompatibilityMinor": "35", "gitVersion": .string(gitVersion),
            "gitCommit": .string(gitCommit), "gitTreeState": .string(gitTreeState), "buildDate": .string(buildDate), "goVersion": "none",
            "compiler": "swiftc", "platform": .string(platform),
        ]
    }
}
