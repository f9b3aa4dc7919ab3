// swift-format-ignore-file: one object a line

import JSON
import Values

/// The flow schemas and priority levels without which no cluster is, and whose `spec` stays as it is: resource, name and `spec`.
package enum MandatoryFlows {
    package static let text = #"""
        flowschemas catch-all {"distinguisherMethod":{"type":"ByUser"},"matchingPrecedence":10000,"priorityLevelConfiguration":{"name":"catch-all"},"rules":[{"nonResourceRules":[{"nonResourceURLs":["*"],"verbs":["*"]}],"resourceRules":[{"apiGroups":["*"],"clusterScope":true,"namespaces":["*"],"resources":["*"],"verbs":["*"]}],"subjects":[{"group":{"name":"system:unauthenticated"},"kind":"Group"},{"group":{"name":"system:authenticated"},"kind":"Group"}]}]}
        flowschemas exempt {"matchingPrecedence":1,"priorityLevelConfiguration":{"name":"exempt"},"rules":[{"nonResourceRules":[{"nonResourceURLs":["*"],"verbs":["*"]}],"resourceRules":[{"apiGroups":["*"],"clusterScope":true,"namespaces":["*"],"resources":["*"],"verbs":["*"]}],"subjects":[{"group":{"name":"system:masters"},"kind":"Group"}]}]}
        prioritylevelconfigurations catch-all {"limited":{"lendablePercent":0,"limitResponse":{"type":"Reject"},"nominalConcurrencyShares":5},"type":"Limited"}
        prioritylevelconfigurations exempt {"exempt":{"lendablePercent":0,"nominalConcurrencyShares":0},"type":"Exempt"}
        """#

    static let schemas = specs(of: "flowschemas")
    static let levels = specs(of: "prioritylevelconfigurations")

    private static func specs(of resource: String) -> [String: Value] {
        var result: [String: Value] = [:]
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 2)
            guard words[0] == resource else { continue }
            guard let spec = try? JSONParser.parse(String(words[2])) else { fatalError("a fact that is not JSON: \(line)") }
            result[String(words[1])] = spec
        }
        return result
    }
}
