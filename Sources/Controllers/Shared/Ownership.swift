import Client
import Core
import KubernetesAPI
import Reconcile
import Values

extension ObjectMeta {
    /// The owner that controls the object, if any.
    package var controllerReference: OwnerReference? {
        for owner in ownerReferences.values where owner["controller"]?.bool == true { return OwnerReference(owner) }
        return nil
    }
    /// Its deletion was asked for.
    package var isBeingDeleted: Bool { !deletionTimestamp.isEmpty }
    var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }
    /// Under what `InformerIndex.controller` files the objects that this one controls.
    var controlledIndex: String { "\(namespace)/\(uid)" }
}

extension OwnerReference {
    /// The reference by which `owner` controls an object, which keeps the owner from going first in a foreground deletion.
    init<K: Kind>(controller owner: K) {
        self.init()
        apiVersion = K.descriptor.gvk.apiVersion
        kind = K.descriptor.kind
        name = owner.metadata.name
        uid = owner.metadata.uid
        controller = true
        blockOwnerDeletion = true
    }

    func refersTo<K: Kind>(_ type: K.Type) -> Bool {
        kind == K.descriptor.kind && GroupVersionKind(apiVersion: apiVersion, kind: kind).group == K.descriptor.group
    }
}

/// Finds what belongs to an owner by reference and selector: adopts what it selects and nobody controls, lets go of what it
/// controls and no longer selects.
struct Claim<Owner: Kind, Owned: Kind>: Sendable {
    let client: Client
    let informer: Informer<Owned>
    /// Put on what is adopted, and taken off what is let go.
    var finalizer: String?

    /// The objects of `candidates` that `owner` controls in the end. The informer must have the index `controller`.
    /// Adoption first asks the server whether the owner is still there, since its cached state may be old.
    func claim(
        _ candidates: [Owned], for owner: Owner, selector: LabelMatcher
    ) async throws -> [Owned] {
        var claimed: [Owned] = []
        var mayAdopt: Bool?
        for object in candidates {
            let metadata = object.metadata
            let isSelected = selector.matches(metadata.labels)
            if let reference = metadata.controllerReference {
                guard reference.uid == owner.metadata.uid else { continue }
                if isSelected {
                    claimed.append(object)
                } else if !owner.metadata.isBeingDeleted {
                    try await release(object, from: owner)
                }
            } else if isSelected, !owner.metadata.isBeingDeleted, !metadata.isBeingDeleted {
                if mayAdopt == nil { mayAdopt = try await isAlive(owner) }
                guard mayAdopt == true else { continue }
                if let adopted = try await adopt(object, by: owner) { claimed.append(adopted) }
            }
        }
        return claimed
    }

    private func isAlive(_ owner: Owner) async throws -> Bool {
        do {
            let fresh = try await client.get(Owner.self, owner.key).metadata
            return fresh.uid == owner.metadata.uid && !fresh.isBeingDeleted
        } catch let error as APIError where error.reason == .notFound {
            return false
        }
    }

    private func adopt(_ object: Owned, by owner: Owner) async throws -> Owned? {
        var references = object.metadata.ownerReferences
        references.removeAll { $0.uid == owner.metadata.uid }
        references.append(OwnerReference(controller: owner))
        var finalizers = object.metadata.finalizers
        if let finalizer, !finalizers.contains(finalizer) { finalizers.append(finalizer) }
        return try await write(references, finalizers, to: object)
    }

    private func release(_ object: Owned, from owner: Owner) async throws {
        var references = object.metadata.ownerReferences
        references.removeAll { $0.uid == owner.metadata.uid }
        _ = try await write(references, object.metadata.finalizers.filter { $0 != finalizer }, to: object)
    }

    /// Nil when the object is gone or is another by now.
    private func write(_ references: ViewList<OwnerReference>, _ finalizers: [String], to object: Owned) async throws -> Owned? {
        var patch: Value = [
            "metadata": [
                "uid": .string(object.metadata.uid), "resourceVersion": .string(object.metadata.resourceVersion),
                "ownerReferences": references.isEmpty ? .null : .array(references.values),
            ]
        ]
        if finalizers != object.metadata.finalizers { patch["metadata"]?["finalizers"] = .array(finalizers.map(Value.string)) }
        do {
            let written = try await client.patch(Owned.self, object.key, .merge, patch)
            try await informer.waitFor(written)
            return written
        } catch let error as APIError where error.reason == .notFound {
            return nil
        }
    }
}
