import CEL
import Core
import Values

/// Leases and those who would hold them (`pkg/apis/coordination/validation`).
extension Validator {
    private static let strategy = "OldestEmulationVersion"

    mutating func lease(_ object: Place) {
        let spec = object["spec"]
        if spec["leaseDurationSeconds"].isPresent { positive(spec["leaseDurationSeconds"]) }
        nonNegative(spec["leaseTransitions"])
        if spec["strategy"].isPresent { leaseStrategy(spec["strategy"]) }
        if !spec["preferredHolder"].isEmpty, spec["strategy"].isEmpty {
            forbidden(spec["preferredHolder"], "may only be specified if `strategy` is defined")
        }
    }

    mutating func leaseCandidate(_ object: Place) {
        let spec = object["spec"]
        let (binary, emulation, strategy) = (spec["binaryVersion"], spec["emulationVersion"], spec["strategy"])
        if spec["leaseName"].isEmpty { required(spec["leaseName"]) }
        // What cannot be read counts as nothing.
        let none = SemanticVersion("0.0.0")
        let emulated = SemanticVersion(emulation.text)
        if !emulation.isEmpty, emulated == nil { invalid(emulation, "must be a valid semantic version") }
        let built = SemanticVersion(binary.text)
        if binary.isEmpty {
            required(binary)
        } else if built == nil {
            invalid(binary, "must be a valid semantic version")
        }
        if !binary.isEmpty, !emulation.isEmpty, let low = built ?? none, let high = emulated ?? none, low < high {
            invalid(binary, "must be greater than or equal to `emulationVersion`")
        }
        guard !strategy.isEmpty else { return required(strategy) }
        if strategy.text == Self.strategy, emulated ?? none == none {
            required(emulation, "must be specified when `strategy` is '\(Self.strategy)'")
        }
        leaseStrategy(strategy)
    }

    mutating func leaseCandidateUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        leaseCandidate(new)
        immutable(new["spec"]["leaseName"], old["spec"]["leaseName"])
    }

    /// Upstream's own have no slash in their names. Causes name the field twice, as upstream's do.
    private mutating func leaseStrategy(_ strategy: Place) {
        let place = strategy["strategy"].with(.string(strategy.text))
        if strategy.text.contains("/") {
            qualifiedName(place)
        } else if strategy.text != Self.strategy {
            unsupported(place, [Self.strategy])
        }
    }
}
