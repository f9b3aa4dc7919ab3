import Core
import Values

/// Resource names and quantities.
extension Validator {
    private static let standardNames: Set<String> = [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage", "limits.cpu",
        "limits.memory",
        "limits.ephemeral-storage", "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
        "persistentvolumeclaims", "storage", "requests.storage", "services.nodeports", "services.loadbalancers",
    ]
    /// Resources that are counted, not measured.
    private static let wholeNames: Set<String> = [
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims",
        "services.nodeports",
        "services.loadbalancers",
    ]

    private static func isNative(_ name: String) -> Bool { !name.contains("/") || name.contains("kubernetes.io/") }
    private static func isHugePages(_ name: String) -> Bool { name.hasPrefix("hugepages-") }
    /// Whether nodes offer it beside what Kubernetes knows, as devices.
    static func isExtended(_ name: String) -> Bool {
        !isNative(name) && !name.hasPrefix("requests.") && Formats.qualifiedName("requests." + name).isEmpty
    }
    /// Whether requests may be lower than limits.
    private static func allowsOvercommit(_ name: String) -> Bool { isNative(name) && !isHugePages(name) }

    static func isWhole(_ name: String) -> Bool { wholeNames.contains(name) || isExtended(name) }
    static func isStandardQuotaName(_ name: String) -> Bool {
        standardNames.contains(name) || isHugePages(name) || name.hasPrefix("requests.hugepages-") || name.hasPrefix("count/")
    }

    /// The name of a resource of a container; reported at `place`, whose value is shown.
    private mutating func containerResourceName(_ name: String, _ place: Place) {
        let problems = Formats.qualifiedName(name)
        let shown = Value.string(name)
        for problem in problems { invalid(place, problem, value: shown) }
        if !problems.isEmpty { return }
        if !name.contains("/") {
            if !Self.standardNames.contains(name), !Self.isHugePages(name) {
                invalid(place, "must be a standard resource type or fully qualified", value: shown)
            }
            if !["cpu", "memory", "ephemeral-storage"].contains(name), !Self.isHugePages(name) {
                invalid(place, "must be a standard resource for containers", value: shown)
            }
        } else if !Self.isNative(name), !Self.isExtended(name) {
            invalid(place, "doesn't follow extended resource name standard", value: shown)
        }
    }

    /// A quantity of the resource `name`: not negative, and whole where the resource is counted.
    mutating func resourceQuantity(_ place: Place, _ name: String) {
        guard let quantity = Self.quantity(place) else { return }
        if quantity < .zero { invalid(place, "must be greater than or equal to 0", value: .string(quantity.description)) }
        if Self.isWhole(name), !quantity.isWhole {
            invalid(place, "must be an integer", value: .string(quantity.description))
        }
    }

    static func quantity(_ place: Place) -> Quantity? {
        switch place.value {
        case .string(let text)?: Quantity(text)
        case .int(let number)?: Quantity(number)
        default: nil
        }
    }

    mutating func resourceRequirements(_ requirements: Place, claims: Set<String>) {
        let limits = requirements["limits"]
        let requests = requirements["requests"]
        for (name, quantity) in limits.entries {
            containerResourceName(name, quantity)
            resourceQuantity(quantity, name)
        }
        for (name, place) in requests.entries {
            containerResourceName(name, place)
            resourceQuantity(place, name)
            guard let request = Self.quantity(place) else { continue }
            if let limit = Self.quantity(limits[name]) {
                if !Self.allowsOvercommit(name), request != limit {
                    invalid(requests, "must be equal to \(name) limit of \(limit)", value: .string(request.description))
                } else if limit < request {
                    invalid(requests, "must be less than or equal to \(name) limit of \(limit)", value: .string(request.description))
                }
            } else if !Self.allowsOvercommit(name) {
                required(limits, "Limit must be set for non overcommitable resources")
            }
        }
        let names = Set(limits.keys + requests.keys)
        if names.contains(where: Self.isHugePages), !names.contains("cpu"), !names.contains("memory") {
            forbidden(requirements, "HugePages require cpu or memory")
        }
        var seen: Set<String> = []
        for claim in requirements["claims"].items {
            if claim["name"].isEmpty { required(claim) }
            if !seen.insert(claim["name"].text).inserted { duplicate(claim, value: claim["name"].value) }
            if !claims.contains(claim["name"].text) { notFound(claim.with(claim["name"].value ?? "")) }
        }
    }
}
