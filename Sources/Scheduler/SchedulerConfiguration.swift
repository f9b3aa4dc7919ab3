import Core
import Values

/// What a scheduler is told (`KubeSchedulerConfiguration`, kubescheduler.config.k8s.io/v1).
package struct SchedulerConfiguration: Sendable {
    package var profiles = [Profile.standard]
    package var initialBackoff = Duration.seconds(1)
    package var longestBackoff = Duration.seconds(10)

    package init() {}
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
        "SchedulingGates", "DefaultBinder", "DefaultPreemption", "DynamicResources", "NodeDeclaredFeatures",
    ]

    /// Reads a document. Throws `SchedulerConfigurationError` for what cannot be done: nothing is ignored that would change placement.
    package init(_ document: Value) throws {
        func wrong(_ text: String) -> SchedulerConfigurationError { SchedulerConfigurationError(description: text) }
        guard document["apiVersion"]?.string == "kubescheduler.config.k8s.io/v1", document["kind"]?.string == "KubeSchedulerConfiguration"
        else { throw wrong("it is not a KubeSchedulerConfiguration of kubescheduler.config.k8s.io/v1") }
        if document["extenders"]?.array?.isEmpty == false { throw wrong("extenders: martlet does not call extenders yet") }
        if let seconds = document["podInitialBackoffSeconds"]?.int { initialBackoff = .seconds(seconds) }
        if let seconds = document["podMaxBackoffSeconds"]?.int { longestBackoff = .seconds(seconds) }
        guard initialBackoff > .zero, longestBackoff >= initialBackoff else {
            throw wrong("podInitialBackoffSeconds must be above 0 and no more than podMaxBackoffSeconds")
        }
        let percentage = Int(document["percentageOfNodesToScore"]?.int ?? 0)
        guard let entries = document["profiles"]?.array, !entries.isEmpty else {
            profiles[0].percentageOfNodesToScore = percentage
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

    private static func configure(_ profile: inout Profile, _ entry: Value, at path: String) throws {
        let name = entry["name"]?.string ?? ""
        let arguments = entry["args"] ?? [:]
        func replace(_ plugin: NodeResourcesFit) {
            for index in profile.filters.indices where type(of: profile.filters[index]).name == name { profile.filters[index] = plugin }
            for index in profile.scores.indices where type(of: profile.scores[index].plugin).name == name {
                profile.scores[index].plugin = plugin
            }
        }
        // Arguments that repeat the defaults change nothing; others of these plugins are not read.
        let members = Set((arguments.object ?? Object()).map(\.key)).subtracting(["apiVersion", "kind"])
        switch name {
        case "NodeResourcesFit":
            let unknown = members.subtracting(["scoringStrategy"])
            guard unknown.isEmpty else { throw unread(path, unknown) }
            guard let strategy = arguments["scoringStrategy"] else { return }
            var weights: [String: Int64] = [:]
            for resource in strategy["resources"]?.array ?? [["name": "cpu"], ["name": "memory"]] {
                weights[resource["name"]?.string ?? ""] = resource["weight"]?.int ?? 1
            }
            switch strategy["type"]?.string ?? "LeastAllocated" {
            case "LeastAllocated": replace(NodeResourcesFit(strategy: .leastAllocated, weights: weights))
            case "MostAllocated": replace(NodeResourcesFit(strategy: .mostAllocated, weights: weights))
            case "RequestedToCapacityRatio":
                let shape = strategy[path: "requestedToCapacityRatio", "shape"]?.array ?? []
                let points = shape.map { (utilization: $0["utilization"]?.int ?? 0, score: ($0["score"]?.int ?? 0) * 10) }
                guard !points.isEmpty, zip(points, points.dropFirst()).allSatisfy({ $0.utilization < $1.utilization }) else {
                    throw SchedulerConfigurationError(description: "\(path): shape must have points of rising utilization")
                }
                replace(NodeResourcesFit(strategy: .requestedToCapacityRatio(points), weights: weights))
            case let other: throw SchedulerConfigurationError(description: "\(path): there is no scoring strategy \"\(other)\"")
            }
        default:
            guard members.isEmpty else { throw unread(path, members) }
        }
    }

    private static func unread(_ path: String, _ members: Set<String>) -> SchedulerConfigurationError {
        SchedulerConfigurationError(description: "\(path).args: martlet does not read \(members.sorted().joined(separator: ", "))")
    }
}
