import Core
import KubernetesAPI
import Values

/// The arguments of plugins (`pluginConfig`), under the names of upstream's `…Args`.
extension SchedulerConfiguration {
    static func configure(_ profile: inout Profile, _ entry: Value, at path: String) throws {
        let arguments = PluginArguments(entry["args"] ?? [:], at: "\(path).args")
        switch entry["name"]?.string ?? "" {
        case NodeResourcesFit.name: try configureFit(&profile, arguments)
        case NodeResourcesBalancedAllocation.name:
            try arguments.check(["resources"])
            guard let resources = arguments.value["resources"]?.array else { return }
            let names = resources.compactMap { $0["name"]?.string }
            guard resources.allSatisfy({ ($0["weight"]?.int ?? 1) == 1 }) else {
                throw arguments.wrong("resources: every weight must be 1")
            }
            profile.change(NodeResourcesBalancedAllocation.self) { $0.resources = names }
        case NodeAffinity.name:
            try arguments.check(["addedAffinity"])
            guard let added = arguments.value["addedAffinity"].map(KubernetesAPI.NodeAffinity.init) else { return }
            profile.change(NodeAffinity.self) { plugin in
                plugin.addedTerms = added.requiredDuringSchedulingIgnoredDuringExecution.map { $0.nodeSelectorTerms.map(NodeTerm.init) }
                plugin.addedPreferences = added.preferredDuringSchedulingIgnoredDuringExecution.map {
                    (Int64($0.weight), NodeTerm($0.preference))
                }
            }
        case InterPodAffinity.name:
            try arguments.check(["hardPodAffinityWeight", "ignorePreferredTermsOfExistingPods"])
            let weight = try arguments.number("hardPodAffinityWeight", in: 0...100) ?? 1
            let ignores = arguments.value["ignorePreferredTermsOfExistingPods"]?.bool ?? false
            profile.change(InterPodAffinity.self) {
                $0.hardAffinityWeight = weight
                $0.ignoresPreferencesOfOthers = ignores
            }
        case PodTopologySpread.name: try configureSpread(&profile, arguments)
        case VolumeBinding.name:
            try arguments.check(["bindTimeoutSeconds"])
            profile.volumeTimeout = .seconds(try arguments.number("bindTimeoutSeconds", in: 0...Int64(Int32.max)) ?? 600)
        case "DefaultPreemption":
            try arguments.check(["minCandidateNodesPercentage", "minCandidateNodesAbsolute"])
            profile.preemptionShare = Int(try arguments.number("minCandidateNodesPercentage", in: 0...100) ?? 10)
            profile.preemptionMinimum = Int(try arguments.number("minCandidateNodesAbsolute", in: 0...Int64(Int32.max)) ?? 100)
            guard profile.preemptionShare + profile.preemptionMinimum > 0 else {
                throw arguments.wrong("minCandidateNodesPercentage and minCandidateNodesAbsolute cannot both be 0")
            }
        case DynamicResources.name:
            try arguments.check(["bindingTimeout", "filterTimeout"])
            if let text = arguments.value["filterTimeout"]?.string {
                guard let timeout = GoDuration.parse(text), timeout >= .zero else {
                    throw arguments.wrong("filterTimeout: \"\(text)\" is not a duration of zero or more")
                }
                profile.change(DynamicResources.self) { $0.filterTimeout = timeout }
            }
            if let text = arguments.value["bindingTimeout"]?.string {
                guard let timeout = GoDuration.parse(text), timeout >= .seconds(1) else {
                    throw arguments.wrong("bindingTimeout: \"\(text)\" is not a duration of a second or more")
                }
                profile.deviceTimeout = timeout
            }
        default: try arguments.check([])
        }
    }

    private static func configureFit(_ profile: inout Profile, _ arguments: PluginArguments) throws {
        try arguments.check(["scoringStrategy", "ignoredResources", "ignoredResourceGroups"])
        let names = Set((arguments.value["ignoredResources"]?.array ?? []).compactMap(\.string))
        let groups = Set((arguments.value["ignoredResourceGroups"]?.array ?? []).compactMap(\.string))
        profile.change(NodeResourcesFit.self) {
            $0.ignored = names
            $0.ignoredGroups = groups
        }
        guard let strategy = arguments.value["scoringStrategy"] else { return }
        var weights: [String: Int64] = [:]
        for resource in strategy["resources"]?.array ?? [["name": "cpu"], ["name": "memory"]] {
            weights[resource["name"]?.string ?? ""] = resource["weight"]?.int ?? 1
        }
        let chosen: NodeResourcesFit.Strategy
        switch strategy["type"]?.string ?? "LeastAllocated" {
        case "LeastAllocated": chosen = .leastAllocated
        case "MostAllocated": chosen = .mostAllocated
        case "RequestedToCapacityRatio":
            let shape = strategy[path: "requestedToCapacityRatio", "shape"]?.array ?? []
            let points = shape.map { (utilization: $0["utilization"]?.int ?? 0, score: ($0["score"]?.int ?? 0) * 10) }
            guard !points.isEmpty, zip(points, points.dropFirst()).allSatisfy({ $0.utilization < $1.utilization }) else {
                throw arguments.wrong("shape must have points of rising utilization")
            }
            chosen = .requestedToCapacityRatio(points)
        case let other: throw arguments.wrong("there is no scoring strategy \"\(other)\"")
        }
        profile.change(NodeResourcesFit.self) {
            $0.strategy = chosen
            $0.weights = weights
        }
    }

    private static func configureSpread(_ profile: inout Profile, _ arguments: PluginArguments) throws {
        try arguments.check(["defaultConstraints", "defaultingType"])
        let list = arguments.value["defaultConstraints"]?.array ?? []
        switch arguments.value["defaultingType"]?.string ?? "System" {
        case "System":
            guard list.isEmpty else { throw arguments.wrong("defaultConstraints: must be empty when defaultingType is System") }
        case "List":
            let defaults = try list.enumerated().map { index, item in
                guard item["labelSelector"] == nil else {
                    throw arguments.wrong("defaultConstraints[\(index)].labelSelector: constraint must not define a selector")
                }
                let (skew, key, when) = (item["maxSkew"]?.int ?? 0, item["topologyKey"]?.string ?? "", item["whenUnsatisfiable"]?.string)
                guard skew > 0, !key.isEmpty, when == "DoNotSchedule" || when == "ScheduleAnyway" else {
                    throw arguments.wrong("defaultConstraints[\(index)]: maxSkew, topologyKey and whenUnsatisfiable are needed")
                }
                return PodTopologySpread.Default(maxSkew: Int(skew), topologyKey: key, isHard: when == "DoNotSchedule")
            }
            profile.change(PodTopologySpread.self) {
                $0.defaults = defaults
                $0.isSystemDefaulted = false
            }
        case let other: throw arguments.wrong("defaultingType: there is no \"\(other)\"")
        }
    }
}

extension Profile {
    /// Changes a plugin wherever the profile has it.
    mutating func change<P>(_ type: P.Type, _ change: (inout P) -> Void) {
        for index in filters.indices {
            guard var plugin = filters[index] as? P else { continue }
            change(&plugin)
            if let changed = plugin as? any FilterPlugin { filters[index] = changed }
        }
        for index in scores.indices {
            guard var plugin = scores[index].plugin as? P else { continue }
            change(&plugin)
            if let changed = plugin as? any ScorePlugin { scores[index].plugin = changed }
        }
    }
}

/// The arguments of one plugin, and where they stand.
private struct PluginArguments {
    let value: Value
    let path: String

    init(_ value: Value, at path: String) {
        self.value = value
        self.path = path
    }

    func wrong(_ text: String) -> SchedulerConfigurationError { SchedulerConfigurationError(description: "\(path): \(text)") }

    /// Refuses members that are not read: nothing is ignored.
    func check(_ known: Set<String>) throws {
        let unknown = Set((value.object ?? Object()).map(\.key)).subtracting(known).subtracting(["apiVersion", "kind"])
        guard unknown.isEmpty else { throw wrong("martlet does not read \(unknown.sorted().joined(separator: ", "))") }
    }

    func number(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let number = value[name]?.int else { return nil }
        guard range.contains(number) else { throw wrong("\(name): must be \(range.lowerBound) to \(range.upperBound)") }
        return number
    }
}
