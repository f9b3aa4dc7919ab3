/// What `--feature-gates` turns on and off. A gate that nothing here asks about is known, and changes nothing.
package struct FeatureGates: Sendable, Equatable {
    /// How far a feature has come, as upstream has it.
    package enum Stage: String, Sendable {
        case alpha = "ALPHA"
        case beta = "BETA"
        case stable = ""
        case deprecated = "DEPRECATED"
    }

    struct Gate: Sendable {
        let stage: Stage
        let isOn: Bool
        /// Whether nobody may say otherwise any more.
        var isLocked = false
    }

    /// What is said otherwise than by default.
    private var chosen: [String: Bool] = [:]

    /// Every gate as it is by default.
    package init() {}

    /// Reads "NAME=true,NAME=false". Throws `FlagError` in upstream's words for a gate that is not known or not to be changed.
    package init(_ text: String) throws {
        var given: [(name: String, isOn: Bool)] = []
        for part in text.split(separator: ",") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmed }
            guard !pair[0].isEmpty else { continue }
            guard pair.count == 2 else { throw FlagError("missing bool value for \(pair[0])") }
            guard let isOn = Self.boolean(pair[1]) else {
                throw FlagError("invalid value of \(pair[0])=\(pair[1]), err: strconv.ParseBool: parsing \"\(pair[1])\": invalid syntax")
            }
            given.append((pair[0], isOn))
        }
        for (name, isOn) in given {
            guard let gate = Self.known[name] else { throw FlagError("unrecognized feature gate: \(name)") }
            guard !gate.isLocked || gate.isOn == isOn else {
                throw FlagError("cannot set feature gate \(name) to \(isOn), feature is locked to \(gate.isOn)")
            }
            chosen[name] = isOn
        }
    }

    /// Whether a feature is on. One that upstream does not know is off.
    package func isOn(_ name: String) -> Bool {
        guard let gate = Self.known[name] else { return false }
        if let chosen = chosen[name] { return chosen }
        switch gate.stage {
        case .alpha: return chosen["AllAlpha"] ?? gate.isOn
        case .beta: return chosen["AllBeta"] ?? gate.isOn
        case .stable, .deprecated: return gate.isOn
        }
    }

    /// Every gate by name: what the metric `kubernetes_feature_enabled` tells.
    package var all: [(name: String, stage: Stage, isOn: Bool)] {
        Self.known.sorted { $0.key < $1.key }.map { ($0.key, $0.value.stage, isOn($0.key)) }
    }

    /// `kubernetes_feature_enabled` as Prometheus text.
    package func metricsText() -> String {
        "# HELP kubernetes_feature_enabled [BETA] Whether a feature is on, by name and stage.\n# TYPE kubernetes_feature_enabled gauge\n"
            + all.map { "kubernetes_feature_enabled{name=\"\($0.name)\",stage=\"\($0.stage.rawValue)\"} \($0.isOn ? 1 : 0)\n" }.joined()
    }

    /// What Go reads as a boolean.
    static func boolean(_ text: String) -> Bool? {
        switch text {
        case "1", "t", "T", "true", "TRUE", "True": true
        case "0", "f", "F", "false", "FALSE", "False": false
        default: nil
        }
    }
}

/// What is wrong with the value of a flag.
package struct FlagError: Error, Sendable, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
