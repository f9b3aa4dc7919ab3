import Values

extension AdmissionRequest {
    /// Keeps one of each owner reference that stands more than once, and warns.
    mutating func dropRepeatedOwners(afterMutation: Bool) {
        guard let references = object?.meta("ownerReferences")?.array, references.count > 1 else { return }
        var kept: [Value] = []
        var repeated: [String] = []
        for reference in references {
            if kept.contains(reference) { repeated.append(reference["uid"]?.string ?? "") } else { kept.append(reference) }
        }
        guard !repeated.isEmpty else { return }
        object?.setMeta("ownerReferences", .array(kept))
        warnings.append(
            ".metadata.ownerReferences contains duplicate entries\(afterMutation ? " after mutating admission happens" : ""); API server dedups "
                + "owner references in 1.20+, and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) "
                + "observed: \(repeated.joined(separator: ", "))")
    }
}
