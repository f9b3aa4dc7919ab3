import Client
import Core
import KubernetesAPI
import Reconcile
import Values

/// The past pod templates of an owner, kept as ControllerRevisions, so that a roll-out can be undone.
///
/// A revision's data is a patch that replaces the template; its hash names it.
struct RevisionHistory<Owner: Kind>: Sendable {
    let context: ControllerContext
    let revisions: Informer<ControllerRevision>
    /// The label that carries the hash.
    let hashLabel: String

    init(context: ControllerContext, hashLabel: String) {
        self.context = context
        self.hashLabel = hashLabel
        revisions = context.informer()
        revisions.add(.controller)
    }

    /// All revisions of an owner, oldest first; orphans that its selector chooses are adopted.
    func all(of owner: Owner, selector: LabelMatcher) async throws -> [ControllerRevision] {
        let orphans = revisions.byIndex(.controller, "\(owner.metadata.namespace)/").filter { selector.matches($0.metadata.labels) }
        let claim = Claim<Owner, ControllerRevision>(client: context.client, informer: revisions)
        let candidates = revisions.byIndex(.controller, owner.metadata.controlledIndex) + orphans
        return try await claim.claim(candidates, for: owner, selector: selector).sorted(by: Self.isOlder)
    }

    /// The revision of a template, the newest of `known` in the end: found, brought back under a new number, or created.
    /// `collisions` grows when a name is taken by something else.
    func provide(_ template: PodTemplateSpec, of owner: Owner, known: [ControllerRevision], collisions: inout Int) async throws
        -> ControllerRevision
    {
        let data = Self.data(of: template)
        let next = (known.last?.revision ?? 0) + 1
        if let present = known.last(where: { $0.raw["data"] == data }) {
            guard present.metadata.uid != known.last?.metadata.uid else { return present }
            let patch: Value = ["metadata": ["uid": .string(present.metadata.uid)], "revision": .int(Int64(next))]
            let renewed = try await context.client.patch(ControllerRevision.self, present.key, .merge, patch)
            try await revisions.waitFor(renewed)
            return renewed
        }
        while true {
            let hash = NameHash.of(data, collisions: collisions)
            var revision = ControllerRevision()
            revision.metadata.name = "\(owner.metadata.name.prefix(223))-\(hash)"
            revision.metadata.namespace = owner.metadata.namespace
            revision.metadata.labels = template.metadata.labels
            revision.metadata.labels[hashLabel] = hash
            revision.metadata.annotations = owner.metadata.annotations
            revision.metadata.ownerReferences = [OwnerReference(controller: owner)]
            revision.raw["data"] = data
            revision.raw["revision"] = .int(Int64(next))
            do {
                let created = try await context.client.create(revision)
                try await revisions.waitFor(created)
                return created
            } catch let error as APIError where error.reason == .alreadyExists {
                let present = try await context.client.get(ControllerRevision.self, revision.key)
                if present.raw["data"] == data, present.metadata.controllerReference?.uid == owner.metadata.uid { return present }
                collisions += 1
            }
        }
    }

    /// Forgets the oldest `count` of revisions that are not in use.
    func forget(_ idle: [ControllerRevision], _ count: Int) async throws {
        for revision in idle.filter({ !$0.metadata.isBeingDeleted }).prefix(max(0, count)) {
            var options = Client.Options()
            options.preconditionUID = revision.metadata.uid
            do {
                try await context.client.delete(ControllerRevision.self, revision.key, options: options)
            } catch let error as APIError where error.reason == .notFound {
                continue
            }
        }
    }

    static func isOlder(_ left: ControllerRevision, _ right: ControllerRevision) -> Bool {
        let (a, b) = (left.metadata, right.metadata)
        return (left.revision, a.creationTimestamp, a.name) < (right.revision, b.creationTimestamp, b.name)
    }

    /// Members in the order of their keys, as Go writes a map: upstream's clients compare the bytes.
    private static func data(of template: PodTemplateSpec) -> Value {
        var patch = template.raw
        patch["$patch"] = "replace"
        return ["spec": ["template": patch.sortedByKey]]
    }
}

extension ControllerRevision {
    /// The template that the revision stands for.
    var template: PodTemplateSpec {
        var template = raw[path: "data", "spec", "template"] ?? [:]
        template["$patch"] = nil
        return PodTemplateSpec(template)
    }
}
