import Core
import Linux
import Runtime
import Synchronization

/// The images pods need: looks for them, pulls them by policy, waits longer after each failure.
///
/// A pull belongs to nobody: it goes on when the pod that asked is gone, and several pods share one.
final class ImageStore: Sendable {
    /// What became of a container's image.
    enum Outcome: Sendable {
        /// The reference to make the container from.
        case present(String)
        case pulling
        /// `retry`: when to ask again, for the image may have come by other hands though it is not to be pulled yet.
        case failed(reason: String, message: String, retry: Timestamp?)
    }

    /// What the events of a pull say, in upstream's words.
    struct Notice: Sendable {
        let isWarning: Bool
        let reason: String
        let message: String
    }

    private struct Pull {
        var waiters: [@Sendable () -> Void] = []
        var result: Result<String, RuntimeError>?
        var seconds = 0.0
        var size = 0
    }
    private struct Failure {
        var delay: Int64
        var until: Timestamp
        var message: String
    }
    private struct State {
        /// By pod and image.
        var pulls: [String: Pull] = [:]
        /// By pod and image.
        var failures: [String: Failure] = [:]
    }

    private let runtime: any ContainerRuntime
    /// Who may use what is here.
    private let records: ImagePullRecords
    private let clock: any Clock
    private let state = Mutex(State())
    private let pool: TaskBag
    private let counts: AgentCounts

    init(runtime: any ContainerRuntime, records: ImagePullRecords, clock: any Clock, pool: TaskBag, counts: AgentCounts) {
        self.runtime = runtime
        self.records = records
        self.clock = clock
        self.pool = pool
        self.counts = counts
    }

    /// Looks an image up or begins to pull it; `wake` is called when the pull has ended. `notice` gets the events to record.
    func ensure(
        _ image: String, policy: String, podUID: String, credentials: [RegistryLogin], sandbox: CRIPodSandboxConfig?,
        wake: @escaping @Sendable () -> Void, notice: (Notice) -> Void
    ) async -> Outcome {
        let spec = CRIImageSpec.with { $0.image = image }
        let key = "\(podUID) \(image)"
        // A pull under way is waited for even where the runtime has the image already: whose pull it was belongs to the events.
        switch joinPull(key, wake) {
        case .ended(let pull): return conclude(pull, image, key, notice)
        case .underWay: return .pulling
        case .none: break
        }
        guard ImageReference.isValid(image) else {
            let message = "Failed to apply default image tag \"\(image)\": couldn't parse image name \"\(image)\": invalid reference format"
            notice(Notice(isWarning: true, reason: "InspectFailed", message: message))
            return .failed(reason: "InvalidImageName", message: message, retry: clock.now + .seconds(60))
        }
        let policy = policy.isEmpty ? (Self.isLatest(image) ? "Always" : "IfNotPresent") : policy
        if policy != "Always" {
            do {
                if let present = try await runtime.imageStatus(spec),
                    !records.mustPull(image, id: present.id, with: credentials.map(\.source))
                {
                    let message = "Container image \"\(image)\" already present on machine and can be accessed by the pod"
                    notice(Notice(isWarning: false, reason: "Pulled", message: message))
                    return .present(present.id)
                }
            } catch {
                notice(Notice(isWarning: true, reason: "InspectFailed", message: "Failed to inspect image \"\(image)\": \(error)"))
                return .failed(reason: "ImageInspectError", message: "\(error)", retry: clock.now + .seconds(10))
            }
        }
        if policy == "Never" {
            let message = "Container image \"\(image)\" is not present with pull policy of Never"
            notice(Notice(isWarning: true, reason: "ErrImageNeverPull", message: message))
            return .failed(reason: "ErrImageNeverPull", message: message, retry: clock.now + Self.look)
        }
        if let failure = state.withLock({ $0.failures[key] }), failure.until > clock.now {
            let message = "Back-off pulling image \"\(image)\""
            notice(Notice(isWarning: false, reason: "BackOff", message: message))
            return .failed(
                reason: "ImagePullBackOff", message: "\(message): ErrImagePull: \(failure.message)",
                retry: min(failure.until, clock.now + Self.look))
        }
        let isNew = state.withLock { state in
            let isNew = state.pulls[key] == nil
            state.pulls[key, default: Pull()].waiters.append(wake)
            return isNew
        }
        if isNew {
            notice(Notice(isWarning: false, reason: "Pulling", message: "Pulling image \"\(image)\""))
            pool.add { await self.pull(spec, key, credentials, sandbox) }
        }
        return .pulling
    }

    /// Forgets the failures and the pulls of a pod that is gone; the image of a pull under way arrives all the same.
    func forget(podUID: String) {
        state.withLock { state in
            state.failures = state.failures.filter { !$0.key.hasPrefix(podUID + " ") }
            state.pulls = state.pulls.filter { !$0.key.hasPrefix(podUID + " ") }
        }
    }

    private func pull(_ spec: CRIImageSpec, _ key: String, _ credentials: [RegistryLogin], _ sandbox: CRIPodSandboxConfig?) async {
        let started = clock.now
        let records = records
        // Whoever dies in between finds the image here, and must not take it for one that was loaded by hand.
        do { try await BlockingPool.files.run { try records.begin(spec.image) } } catch {
            return await finish(key, .failure(RuntimeError(.failed, "the pull cannot be noted: \(error)")), started, 0)
        }
        var result: Result<String, RuntimeError> = .failure(RuntimeError(.failed, "no credentials"))
        // Every matching credential is tried, then none.
        for credential in credentials.map(Optional.some) + [nil] {
            do {
                let id = try await runtime.pullImage(spec, credentials: credential?.login, sandbox: sandbox)
                let image = spec.image
                // The other names that an image has which was never pulled were loaded by hand: nobody's secret brought them.
                let isFirst = !records.images.contains(id)
                let others = isFirst ? (try await runtime.imageStatus(.with { $0.image = id }))?.repoTags ?? [] : []
                try await BlockingPool.files.run {
                    for other in others where ImagePullRecords.repository(other) != ImagePullRecords.repository(image) {
                        try records.note(other, id: id, source: nil)
                    }
                    try records.note(image, id: id, source: credential?.source)
                }
                result = .success(id)
            } catch {
                result = .failure(error as? RuntimeError ?? RuntimeError(.failed, "\(error)"))
            }
            if case .success = result { break }
        }
        let size = ((try? await runtime.imageStatus(spec)) ?? nil)?.size ?? 0
        // A note that stays asks for another pull one day, no more.
        try? await BlockingPool.files.run { try records.end(spec.image) }
        await finish(key, result, started, Int(size))
    }

    private func finish(_ key: String, _ ended: Result<String, RuntimeError>, _ started: Timestamp, _ size: Int) async {
        if case .success = ended { counts.pulled(bytes: size, clock.now - started) }
        let waiters = state.withLock { state in
            state.pulls[key]?.result = ended
            state.pulls[key]?.seconds = (clock.now - started).seconds
            state.pulls[key]?.size = size
            return state.pulls[key]?.waiters ?? []
        }
        for waiter in waiters { waiter() }
    }

    private enum Joined {
        case none
        case underWay
        case ended(Pull)
    }

    /// Takes the result of a pull that has ended; of one under way, asks to be woken.
    private func joinPull(_ key: String, _ wake: @escaping @Sendable () -> Void) -> Joined {
        state.withLock { state in
            guard let pull = state.pulls[key] else { return .none }
            if pull.result == nil {
                state.pulls[key]?.waiters.append(wake)
                return .underWay
            }
            state.pulls[key] = nil
            return .ended(pull)
        }
    }

    private func conclude(_ pull: Pull, _ image: String, _ key: String, _ notice: (Notice) -> Void) -> Outcome {
        switch pull.result {
        case .success(let reference):
            state.withLock { _ = $0.failures.removeValue(forKey: key) }
            let time = Self.duration(pull.seconds)
            notice(
                Notice(
                    isWarning: false, reason: "Pulled",
                    message:
                        "Successfully pulled image \"\(image)\" in \(time) (\(time) including waiting). Image size: \(pull.size) bytes."))
            return .present(reference)
        case .failure(let error):
            let retry = state.withLock { state in
                let delay = min(300, state.failures[key].map { $0.delay * 2 } ?? 10)
                let until = clock.now + .seconds(delay)
                state.failures[key] = Failure(delay: delay, until: until, message: error.message)
                return min(until, clock.now + .seconds(5))
            }
            notice(Notice(isWarning: true, reason: "Failed", message: "Failed to pull image \"\(image)\": \(error.message)"))
            notice(Notice(isWarning: true, reason: "Failed", message: "Error: ErrImagePull"))
            return .failed(reason: "ErrImagePull", message: error.message, retry: retry)
        case nil: return .pulling
        }
    }

    /// How often a container that waits for its image looks whether somebody has loaded it.
    private static let look = Duration.seconds(15)

    private static func duration(_ seconds: Double) -> String {
        let milliseconds = Int(seconds * 1000)
        return milliseconds < 1000 ? "\(milliseconds)ms" : "\(milliseconds / 1000).\(String(1000 + milliseconds % 1000).dropFirst())s"
    }

    /// Whether a reference has the tag `latest`, said or not.
    static func isLatest(_ image: String) -> Bool {
        if image.contains("@") { return false }
        let name = image.split(separator: "/").last ?? ""
        guard let colon = name.firstIndex(of: ":") else { return true }
        return name[name.index(after: colon)...] == "latest"
    }
}
