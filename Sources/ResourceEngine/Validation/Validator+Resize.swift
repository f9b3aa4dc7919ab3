import Core
import Values

/// Changes of the resources of pods that run (KEP-1287; KEP-5419 for those of whole pods).
extension Validator {
    mutating func resizeUpdate(_ new: Place, _ old: Place) {
        metadataUpdate(new["metadata"], old["metadata"])
        podBody(new)
        if old["metadata"]["annotations"][key: "kubernetes.io/config.mirror"].isPresent {
            return forbidden(new, "static pods cannot be resized")
        }
        let (spec, before) = (new["spec"], old["spec"])
        let quality = old["status"]["qosClass"].text
        if (quality.isEmpty ? PodQualityOfService.of(before.value ?? [:]) : quality) != PodQualityOfService.of(spec.value ?? [:]) {
            invalid(spec, "Pod QOS Class may not change as a result of resizing", value: .string(quality))
        }
        let running = old["status"]["containerStatuses"].items.first { $0["state"]["running"].isPresent }
        if let running, !running["resources"].isPresent { forbidden(spec, "Pod running on node without support for resize") }
        wholeResize(spec, before)
        guard sameContainers(spec, before) else { return }
        for list in ["initContainers", "containers"] {
            for (after, earlier) in zip(spec[list].items, before[list].items) {
                for kind in ["requests", "limits"]
                where !Set(earlier["resources"][kind].keys).isSubset(of: after["resources"][kind].keys) {
                    forbidden(after["resources"][kind], "resource \(kind) cannot be removed")
                }
            }
        }
        for (after, earlier) in zip(spec["containers"].items, before["containers"].items)
        where !Self.same(Self.withoutAmounts(after.value), Self.withoutAmounts(earlier.value)) {
            forbidden(spec, "only cpu and memory resources are mutable")
        }
        for (after, earlier) in zip(spec["initContainers"].items, before["initContainers"].items) {
            if !Self.same(Self.withoutAmounts(after.value), Self.withoutAmounts(earlier.value)) {
                forbidden(after, "only cpu and memory resources for init or sidecar containers are mutable")
            }
            guard after["restartPolicy"].text != "Always", !Self.same(after.value, earlier.value) else { continue }
            for policy in after["resizePolicy"].items where policy["restartPolicy"].text == "RestartContainer" {
                forbidden(after, "non-sidecar init containers with a resize policy of RestartContainer cannot be resized")
            }
        }
    }

    /// The resources of the pod as a whole.
    private mutating func wholeResize(_ spec: Place, _ before: Place) {
        let (after, earlier) = (spec["resources"], before["resources"])
        guard after.isPresent || earlier.isPresent else { return }
        if earlier.isPresent, !after.isPresent { return forbidden(after, "pod-level resources cannot be removed") }
        for kind in ["requests", "limits"] where !Set(earlier[kind].keys).isSubset(of: after[kind].keys) {
            forbidden(after[kind], "pod-level resource \(kind) cannot be removed")
        }
        if !Self.same(Self.withoutAmounts(["resources": after.value ?? [:]]), Self.withoutAmounts(["resources": earlier.value ?? [:]])) {
            forbidden(spec, "only cpu and memory resources are mutable at pod-level")
        }
    }

    private mutating func sameContainers(_ spec: Place, _ before: Place) -> Bool {
        var areSame = true
        for list in ["containers", "initContainers"] {
            guard spec[list].count == before[list].count else {
                forbidden(spec[list], "\(list) may not be added or removed on resize")
                areSame = false
                continue
            }
            for (after, earlier) in zip(spec[list].items, before[list].items) where after["name"].text != earlier["name"].text {
                forbidden(after["name"], "\(list) may not be renamed or reordered on resize")
                areSame = false
            }
        }
        return areSame
    }

    /// A container without what a resize may change, other quantities in one form.
    private static func withoutAmounts(_ container: Value?) -> Value? {
        guard var container, container["resources"]?.object != nil else { return container }
        for kind in ["requests", "limits"] {
            guard let amounts = container["resources"]?[kind]?.object else { continue }
            var kept = Object()
            for member in amounts where member.key != "cpu" && member.key != "memory" {
                kept[member.key] = member.value.string.flatMap { Quantity($0) }.map { .string($0.description) } ?? member.value
            }
            container["resources"]?[kind] = kept.isEmpty ? nil : .object(kept)
        }
        if container["resources"]?.isEmpty == true { container["resources"] = nil }
        return container
    }
}
