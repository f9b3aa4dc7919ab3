import Core
import Values

/// The part of upstream's configuration file for node agents (`KubeletConfiguration` of kubelet.config.k8s.io/v1beta1) that this one
/// follows. What it does not follow is refused by name, so that nobody relies on what has no effect.
package struct KubeletConfiguration: Sendable {
    /// What is wrong with the file, in words for people.
    package struct Problem: Error, CustomStringConvertible {
        package let description: String
    }

    private let value: Value

    /// Throws `Problem`.
    package init(_ value: Value) throws {
        guard value["kind"]?.string == "KubeletConfiguration", value["apiVersion"]?.string == "kubelet.config.k8s.io/v1beta1" else {
            throw Problem(description: "is not a KubeletConfiguration of kubelet.config.k8s.io/v1beta1")
        }
        self.value = value
    }

    /// Writes what the file says over what is set. Throws `Problem` that names the field.
    package func apply(to agent: inout NodeAgentConfiguration) throws {
        for field in value.object ?? Object() where field.key != "kind" && field.key != "apiVersion" {
            try apply(field.key, field.value, &agent)
        }
        for (signal, rule) in agent.eviction.soft where rule.grace == .zero {
            throw Problem(description: "evictionSoftGracePeriod has no entry for \(signal.rawValue), which evictionSoft names")
        }
        guard agent.imageGarbageLow < agent.imageGarbageHigh else {
            throw Problem(description: "imageGCLowThresholdPercent must be below imageGCHighThresholdPercent")
        }
    }

    private func apply(_ key: String, _ field: Value, _ agent: inout NodeAgentConfiguration) throws {
        switch key {
        case "containerLogMaxSize": agent.logBytes = Int(try quantity(key, field).value)
        case "containerLogMaxFiles":
            agent.logFiles = try integer(key, field)
            guard agent.logFiles > 1 else { throw Problem(description: "containerLogMaxFiles must be greater than 1") }
        case "maxPods": agent.maximumPods = try integer(key, field)
        case "staticPodPath": agent.staticPodPath = try path(key, field)
        case "fileCheckFrequency": agent.staticPodInterval = try duration(key, field)
        case "imageGCHighThresholdPercent": agent.imageGarbageHigh = try integer(key, field)
        case "imageGCLowThresholdPercent": agent.imageGarbageLow = try integer(key, field)
        case "imageMinimumGCAge": agent.imageMinimumAge = try duration(key, field)
        case "nodeStatusReportFrequency": agent.statusInterval = try duration(key, field)
        case "nodeLeaseDurationSeconds": agent.leaseSeconds = try integer(key, field)
        case "evictionHard": agent.eviction.hard = try amounts(key, field)
        case "evictionSoft":
            for (signal, amount) in try amounts(key, field) { agent.eviction.soft[signal, default: .none].amount = amount }
        case "evictionSoftGracePeriod":
            for entry in field.object ?? Object() {
                let grace = try duration("\(key)[\(entry.key)]", entry.value)
                agent.eviction.soft[try signal(key, entry.key), default: .none].grace = grace
            }
        case "evictionMaxPodGracePeriod": agent.eviction.softGracePeriod = .seconds(try integer(key, field))
        case "evictionPressureTransitionPeriod": agent.eviction.transition = try duration(key, field)
        case "imagePullCredentialsVerificationPolicy":
            guard let policy = ImagePullRecords.Policy(rawValue: field.string ?? "") else {
                throw Problem(
                    description: "\(key) is none of "
                        + ImagePullRecords.Policy.allCases.map(\.rawValue).joined(separator: ", "))
            }
            agent.imageVerification.policy = policy
        case "preloadedImagesVerificationAllowlist":
            agent.imageVerification.allowed = (field.array ?? []).compactMap(\.string)
        case "failSwapOn":
            // Machines of people have swap; it is the pods that get none of it unless memorySwap says otherwise.
            guard field.bool == false else { throw Problem(description: "failSwapOn: only false is built") }
        case "memorySwap":
            guard let behavior = NodeAgentConfiguration.SwapBehavior(rawValue: field["swapBehavior"]?.string ?? "NoSwap") else {
                throw Problem(description: "memorySwap.swapBehavior is neither NoSwap nor LimitedSwap")
            }
            agent.swap = behavior
        default: throw Problem(description: "\(key) is not built: take it out")
        }
    }

    private func integer(_ key: String, _ value: Value) throws -> Int {
        guard let number = value.int, number >= 0, number < 1 << 31 else { throw Problem(description: "\(key) is not a number") }
        return Int(number)
    }

    private func quantity(_ key: String, _ value: Value) throws -> Quantity {
        guard let quantity = value.string.flatMap({ Quantity($0) }) ?? value.int.map({ Quantity($0) }), quantity.value > 0 else {
            throw Problem(description: "\(key) is not an amount such as 10Mi")
        }
        return quantity
    }

    private func duration(_ key: String, _ value: Value) throws -> Duration {
        guard let duration = value.string.flatMap(GoDuration.parse), duration >= .zero else {
            throw Problem(description: "\(key) is not a duration such as 1m30s")
        }
        return duration
    }

    private func path(_ key: String, _ value: Value) throws -> String {
        guard let path = value.string, path.hasPrefix("/") else { throw Problem(description: "\(key) is not an absolute path") }
        return path
    }

    private func signal(_ key: String, _ name: String) throws -> EvictionThresholds.Signal {
        guard let signal = EvictionThresholds.Signal(rawValue: name) else {
            throw Problem(description: "\(key) names \(name), which is not watched")
        }
        return signal
    }

    private func amounts(_ key: String, _ value: Value) throws -> [EvictionThresholds.Signal: EvictionThresholds.Amount] {
        var result: [EvictionThresholds.Signal: EvictionThresholds.Amount] = [:]
        for entry in value.object ?? Object() {
            guard let amount = entry.value.string.flatMap({ EvictionThresholds.Amount($0) }) else {
                throw Problem(description: "\(key)[\(entry.key)] is neither an amount such as 100Mi nor a share such as 10%")
            }
            result[try signal(key, entry.key)] = amount
        }
        return result
    }
}

extension EvictionThresholds.Soft {
    fileprivate static let none = Self(amount: .absolute(0), grace: .zero)
}

extension NodeAgentConfiguration {
    /// As the file would have it: what `/configz` answers.
    var kubeletConfiguration: Value {
        func texts(_ pairs: [(EvictionThresholds.Signal, String)]) -> Value {
            .object(Object(pairs.sorted { $0.0.rawValue < $1.0.rawValue }.map { ($0.0.rawValue, .string($0.1)) }))
        }
        return [
            "kind": "KubeletConfiguration", "apiVersion": "kubelet.config.k8s.io/v1beta1", "port": .int(Int64(port)),
            "clusterDomain": .string(clusterDomain), "clusterDNS": .array(clusterDNS.map { .string($0) }),
            "cgroupDriver": "cgroupfs", "cgroupRoot": .string(cgroupRoot), "maxPods": .int(Int64(maximumPods)), "podCIDR": .string(podCIDR),
            "staticPodPath": .string(staticPodPath), "fileCheckFrequency": .string(GoDuration.text(staticPodInterval)),
            "nodeStatusReportFrequency": .string(GoDuration.text(statusInterval)), "nodeLeaseDurationSeconds": .int(Int64(leaseSeconds)),
            "containerLogMaxSize": .string(Quantity(Int64(logBytes), format: .binary).description),
            "containerLogMaxFiles": .int(Int64(logFiles)),
            "imageGCHighThresholdPercent": .int(Int64(imageGarbageHigh)), "imageGCLowThresholdPercent": .int(Int64(imageGarbageLow)),
            "imageMinimumGCAge": .string(GoDuration.text(imageMinimumAge)),
            "evictionHard": texts(eviction.hard.map { ($0.key, $0.value.text) }),
            "evictionSoft": texts(eviction.soft.map { ($0.key, $0.value.amount.text) }),
            "evictionSoftGracePeriod": texts(eviction.soft.map { ($0.key, GoDuration.text($0.value.grace)) }),
            "evictionMaxPodGracePeriod": .int(Int64(eviction.softGracePeriod.seconds)),
            "evictionPressureTransitionPeriod": .string(GoDuration.text(eviction.transition)),
            "imagePullCredentialsVerificationPolicy": .string(imageVerification.policy.rawValue),
            "preloadedImagesVerificationAllowlist": .array(imageVerification.allowed.map { .string($0) }),
            "failSwapOn": false, "memorySwap": ["swapBehavior": .string(swap.rawValue)],
        ]
    }
}
