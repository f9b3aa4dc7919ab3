/// Kubernetes' semver library.
extension Library {
    private static let semver = CELType.opaque("kubernetes.Semver")

    private static func version(_ value: CELValue) throws -> SemanticVersion {
        guard case .version(let version) = value else { throw CELError.noOverload }
        return version
    }

    private static func parse(_ values: [CELValue]) throws -> SemanticVersion? {
        guard case .string(let text) = values[0] else { throw CELError.noOverload }
        guard values.count > 1 else { return SemanticVersion(text) }
        guard case .bool(let isLenient) = values[1] else { throw CELError.noOverload }
        return SemanticVersion(text, isLenient: isLenient)
    }

    private static func part(_ part: @escaping @Sendable (SemanticVersion) -> UInt64) -> Function {
        Function([.member(semver, [], .int)]) { .int(Int64(clamping: part(try version($0[0])))) }
    }

    static let versions = Library(functions: [
        "semver": Function([Signature([.string], semver), Signature([.string, .bool], semver)]) { values in
            guard let version = try parse(values) else { throw CELError("\(shown(values[0])) is not a semantic version") }
            return .version(version)
        },
        "isSemver": Function([Signature([.string], .bool), Signature([.string, .bool], .bool)]) { .bool(try parse($0) != nil) },
        "isLessThan": Function([.member(semver, [semver], .bool)]) { .bool(try version($0[0]) < version($0[1])) },
        "isGreaterThan": Function([.member(semver, [semver], .bool)]) { .bool(try version($0[1]) < version($0[0])) },
        "compareTo": Function([.member(semver, [semver], .int)]) { values in
            let (a, b) = (try version(values[0]), try version(values[1]))
            return .int(a < b ? -1 : b < a ? 1 : 0)
        },
        "major": part(\.major), "minor": part(\.minor), "patch": part(\.patch),
    ])
}
