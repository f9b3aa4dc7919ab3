import Core
import KubernetesAPI

extension LabelSelector {
    /// What the selector chooses: an empty one everything, one that is not valid nothing.
    package var matcher: LabelMatcher { (try? LabelMatcher(selector: raw)) ?? .nothing }
}
