/// How versions are preferred: stable before beta before alpha, higher before lower (upstream's `CompareKubeAwareVersionStrings`).
package struct VersionPriority: Comparable {
    private let stage: Int
    private let major: Int
    private let minor: Int
    private let text: String

    /// Reads a name; one that is no version of Kubernetes' form comes after all that are.
    package init(_ version: String) {
        text = version
        let rest = version.hasPrefix("v") ? version.dropFirst() : ""
        let first = rest.prefix { $0.isNumber }
        let word = rest.dropFirst(first.count).prefix { $0.isLetter }
        let second = rest.dropFirst(first.count + word.count)
        switch (Int(first), String(word), Int(second)) {
        case (let number?, "", nil) where second.isEmpty: (stage, major, minor) = (3, number, 0)
        case (let number?, "beta", let other?): (stage, major, minor) = (2, number, other)
        case (let number?, "alpha", let other?): (stage, major, minor) = (1, number, other)
        default: (stage, major, minor) = (0, 0, 0)
        }
    }

    /// Of names that are no versions the one first in the alphabet is preferred.
    package static func < (left: VersionPriority, right: VersionPriority) -> Bool {
        (left.stage, left.major, left.minor, right.text) < (right.stage, right.major, right.minor, left.text)
    }
}
