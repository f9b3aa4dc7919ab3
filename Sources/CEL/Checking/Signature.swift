/// One way to call a function.
struct Signature: Sendable {
    /// `target.name(…)` and not `name(…)`.
    var isMember: Bool
    var parameters: [CELType]
    var result: CELType

    init(_ parameters: [CELType], _ result: CELType) {
        isMember = false
        self.parameters = parameters
        self.result = result
    }

    static func member(_ target: CELType, _ parameters: [CELType], _ result: CELType) -> Signature {
        var signature = Signature([target] + parameters, result)
        signature.isMember = true
        return signature
    }
}

/// A function: the ways to call it, and what it does. The target of a member call is the first argument.
struct Function: Sendable {
    typealias Implementation = @Sendable ([CELValue]) throws -> CELValue

    var signatures: [Signature]
    let apply: Implementation

    init(_ signatures: [Signature], _ apply: @escaping Implementation) {
        self.signatures = signatures
        self.apply = apply
    }
}

/// A named group of functions.
struct Library: Sendable {
    var functions: [String: Function]

    static let all: [String: Function] = {
        var all: [String: Function] = [:]
        for library in [
            operators, conversions, texts, lists, sets, optionals, times, patterns, urls, quantities, versions, addresses, formats,
            authorization,
        ] {
            for (name, function) in library.functions {
                guard let known = all[name] else {
                    all[name] = function
                    continue
                }
                // Several libraries may give one name a meaning for types of their own: the first that takes the arguments has it.
                all[name] = Function(known.signatures + function.signatures) { arguments in
                    do {
                        return try known.apply(arguments)
                    } catch let error as CELError where error == .noOverload {
                        return try function.apply(arguments)
                    }
                }
            }
        }
        return all
    }()
}
