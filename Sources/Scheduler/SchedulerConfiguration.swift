import Core
import ResourceEngine
import Values

/// What a scheduler is told (`KubeSchedulerConfiguration`, kubescheduler.config.k8s.io/v1).
package struct SchedulerConfiguration: Sendable {
    package var profiles = [Profile.standard]
    package var initialBackoff = Duration.seconds(1)
    package var longestBackoff = Duration.seconds(10)
    /// Processes that have a say, in the order they are asked.
    package var extenders: [Extender] = []
    /// How pods are treated that name a PodGroup.
    package var podGroups = PodGroups.ignored

    package enum PodGroups: Sendable {
        /// As if they named none.
        case ignored
        /// The pods of a group are tried together (`GenericWorkload`).
        case together
        /// And those of a gang are all placed, or none (`GangScheduling`).
        case asGangs
    }

    package init() {}
}

extension SchedulerConfiguration.PodGroups {
    /// As the feature gates say.
    package init(_ gates: FeatureGates) {
        self = !gates.isOn("GenericWorkload") ? .ignored : gates.isOn("GangScheduling") ? .asGangs : .together
    }
}

/// What is wrong with a scheduler's configuration.
package struct SchedulerConfigurationError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}

extension SchedulerConfiguration {
    private static let queueing: Set<String> = ["PrioritySort"]
    /// Plugins of the default profile that are built into the queue, the binder or preemption, or that martlet does not have.
    private static let others: Set<String> = [
        "SchedulingGates", "DefaultBinder", "GangScheduling", "DefaultPreemption",
    ]

    /// Reads a document; `readFile` reads the certificates it names. Throws `SchedulerConfigurationError` for what cannot be done: nothing
    /// is ignored that would change placement.
    package init(
        _ document: Value,
        readFile: (String) throws -> [UInt8] = { throw SchedulerConfigurationError(description: "\($0) is not read here") }
    ) throws {
        func wrong(_ text: String) -> SchedulerConfigurationError { SchedulerConfigurationError(description: text) }
        guard document["apiVersion"]?.string == "kubescheduler.config.k8s.io/v1", document["kind"]?.string == "KubeSchedulerConfiguration"
        else { throw wrong("it is not a KubeSchedulerConfiguration of kubescheduler.config.k8s.io/v1") }
        extenders = try (document["extenders"]?.array ?? []).enumerated().map {
            try Extender($1, at: "extenders[\($0)]", readFile: readFile)
        }
        guard extenders.count(where: { !$0.bindVerb.isEmpty }) <= 1 else { throw wrong("extenders: only one extender can implement bind") }
        if let seconds = document["podInitialBackoffSeconds"]?.int { initialBackoff = .seconds(seconds) }
        if let seconds = document["podMaxBackoffSeconds"]?.int { longestBackoff = .seconds(seconds) }
        guard initialBackoff > .zero, longestBackoff >= initialBackoff else {
            throw wrong("podInitialBackoffSeconds must be above 0 and no more than podMaxBackoffSeconds")
        }
        let percentage = Int(document["percentageOfNodesToScore"]?.int ?? 0)
        guard let entries = document["profiles"]?.array, !entries.isEmpty else {
            profiles[0].percentageOfNodesToScore = percentage
            leaveResourcesToExtenders()
            return
        }
        profiles = try entries.enumerated().map { index, entry in
            var profile = try Self.profile(entry, at: "profiles[\(index)]")
            if profile.percentageOfNodesToScore == 0 { profile.percentageOfNodesToScore = percentage }
            guard (0...100).contains(profile.percentageOfNodesToScore) else { throw wrong("percentageOfNodesToScore must be 0 to 100") }
            return profile
        }
        let names = profiles.map(\.schedulerName)
        guard Set(names).count == names.count else { throw wrong("profiles: schedulerName must differ") }
        leaveResourcesToExtenders()
    }

    /// What an extender manages with `ignoredByScheduler` is not looked at by the plugins.
    private mutating func leaveResourcesToExtenders() {
        let ignored = extenders.reduce(into: Set<String>()) { $0.formUnion($1.ignoredResources) }
        guard !ignored.isEmpty else { return }
        // In place of what the profile itself ignores, as upstream has it.
        for index in profiles.indices { profiles[index].change(NodeResourcesFit.self) { $0.ignored = ignored } }
    }

    private static func profile(_ value: Value, at path: String) throws -> Profile {
        var profile = Profile.standard
        profile.schedulerName = value["schedulerName"]?.string ?? "default-scheduler"
        profile.percentageOfNodesToScore = Int(value["percentageOfNodesToScore"]?.int ?? 0)
        for member in value["plugins"]?.object ?? Object() {
            try select(&profile, point: member.key, member.value, at: "\(path).plugins.\(member.key)")
        }
        for (index, entry) in (value["pluginConfig"]?.array ?? []).enumerated() {
            try configure(&profile, entry, at: "\(path).pluginConfig[\(index)]")
        }
        return profile
    }

    // MARK: Plugins

    private static func select(_ profile: inout Profile, point: String, _ set: Value, at path: String) throws {
        let known = Set(Profile.standard.filters.map { type(of: $0).name } + Profile.standard.scores.map { type(of: $0.plugin).name })
        func check(_ name: String) throws {
            guard known.contains(name) || others.contains(name) || queueing.contains(name) else {
                throw SchedulerConfigurationError(description: "\(path): there is no plugin \"\(name)\"")
            }
        }
        let touchesFilters = ["multiPoint", "filter", "preFilter"].contains(point)
        let touchesScores = ["multiPoint", "score", "preScore"].contains(point)
        let touchesPreemption = ["multiPoint", "postFilter"].contains(point)
        for entry in set["disabled"]?.array ?? [] {
            let name = entry["name"]?.string ?? ""
            if name != "*" { try check(name) }
            if touchesFilters { profile.filters.removeAll { name == "*" || type(of: $0).name == name } }
            if touchesScores { profile.scores.removeAll { name == "*" || type(of: $0.plugin).name == name } }
            if touchesPreemption, name == "*" || name == "DefaultPreemption" { profile.preempts = false }
        }
        for entry in set["enabled"]?.array ?? [] {
            let name = entry["name"]?.string ?? ""
            try check(name)
            if touchesFilters, !profile.filters.contains(where: { type(of: $0).name == name }),
                let plugin = Profile.standard.filters.first(where: { type(of: $0).name == name })
            {
                profile.filters.append(plugin)
            }
            if touchesScores, let standard = Profile.standard.scores.first(where: { type(of: $0.plugin).name == name }) {
                let weight = entry["weight"]?.int ?? 0
                if let position = profile.scores.firstIndex(where: { type(of: $0.plugin).name == name }) {
                    if weight > 0 { profile.scores[position].weight = weight }
                } else {
                    profile.scores.append((standard.plugin, weight > 0 ? weight : point == "score" ? 1 : standard.weight))
                }
            }
            if touchesPreemption, name == "DefaultPreemption" { profile.preempts = true }
        }
    }
}
