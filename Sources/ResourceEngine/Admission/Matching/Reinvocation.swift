import Values

/// What plugins remember of one request between the two passes of mutating admission (upstream's reinvocation context).
///
/// A plugin behind another one may change an object after that one has seen it; webhooks and policies that ask for it are then asked
/// again, once.
package struct Reinvocation: Sendable {
    /// The memory of one plugin.
    struct Memory: Sendable {
        /// What the plugin left behind in the first pass.
        var lastOutput: Value?
        /// Asked already, and to be asked again if anything changes behind them.
        var invoked: Set<String> = []
        /// To be asked in the second pass.
        var due: Set<String> = []

        /// Something has changed: all that were asked so far are due.
        mutating func noteChange() {
            due.formUnion(invoked)
            invoked = []
        }
    }

    /// Whether this is the second pass.
    private(set) var isSecondPass = false
    /// Set by a plugin whose change others should see.
    var isWanted = false
    private var memories: [String: Memory] = [:]

    init() {}

    /// Starts the second pass if one is wanted and this is the first.
    mutating func beginSecondPass() -> Bool {
        guard isWanted, !isSecondPass else { return false }
        isSecondPass = true
        return true
    }

    subscript(plugin: String) -> Memory {
        get { memories[plugin] ?? Memory() }
        set { memories[plugin] = newValue }
    }
}
