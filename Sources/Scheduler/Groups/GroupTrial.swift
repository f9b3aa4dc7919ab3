import Core

/// How the pods of a group fare when they are tried one after the other, each seeing those before it where they would be. Nothing of it is
/// written before all have been tried, and it can be taken back as a whole.
struct GroupTrial {
    /// How one pod fared.
    enum Fate {
        case placed(node: String, devices: [DynamicResources.Decision], volumes: [VolumeFacts.Decision])
        /// It would have a place if others left.
        case promised(Preemption.Candidate, Diagnosis)
        case failed(message: String, plugins: Set<String>)
        /// A process that has a say could not be asked.
        case broken(message: String)

        /// Where the pod would be.
        var node: String? {
            switch self {
            case .placed(let node, _, _): node
            case .promised(let candidate, _): candidate.node
            case .failed, .broken: nil
            }
        }

        /// The plugins that ruled nodes out.
        var plugins: Set<String> {
            switch self {
            case .placed, .broken: []
            case .promised(_, let diagnosis): diagnosis.plugins
            case .failed(_, let plugins): plugins
            }
        }
    }

    struct Member {
        let pod: PodState
        let attempts: Int
        let fate: Fate
        /// Where it had been promised a place before.
        let promise: String?
    }

    /// What comes of it.
    enum Verdict: Equatable {
        case bind
        /// All would find a place once others have left.
        case wait
        case giveUp
        case broken(String)
    }

    private(set) var members: [Member] = []

    /// Counts a pod where its fate puts it.
    mutating func add(_ pod: PodState, attempts: Int, _ fate: Fate, promise: String?, to state: inout Decisions) {
        if case .promised(let candidate, _) = fate {
            for victim in candidate.victims { _ = state.cluster.removePod(uid: victim.uid) }
            state.nominated.remove(uid: pod.uid)
            state.cluster.place(pod, on: candidate.node)
        }
        members.append(Member(pod: pod, attempts: attempts, fate: fate, promise: promise))
    }

    /// - Parameter placed: how many pods of the group have a place with this.
    func verdict(_ policy: PodGroupLedger.Policy, placed: Int) -> Verdict {
        for member in members { if case .broken(let message) = member.fate { return .broken(message) } }
        guard members.contains(where: { $0.fate.node != nil }), placed >= policy.minimum else { return .giveUp }
        let needsRoom = members.contains { if case .promised = $0.fate { true } else { false } }
        return needsRoom ? .wait : .bind
    }

    /// Makes everything as it was.
    func takeBack(from state: inout Decisions) {
        for member in members.reversed() {
            switch member.fate {
            case .placed: state.takeBack(member.pod, promise: member.promise)
            case .promised(let candidate, _):
                _ = state.cluster.removePod(uid: member.pod.uid)
                for victim in candidate.victims { state.cluster.place(victim, on: candidate.node) }
                if let promise = member.promise { state.nominated.set(member.pod, node: promise) }
            case .failed, .broken: continue
            }
        }
    }
}
