import Linux

/// What went wrong when a program of the system was run.
package struct ProgramError: Error, CustomStringConvertible {
    package let description: String
    package init(description: String) { self.description = description }
}

/// Runs the system's short-lived network programs: `nft`, `ip`, `conntrack`.
package struct Program: Sendable {
    /// Puts commands into another network namespace: `["ip", "netns", "exec", "x"]`. Empty outside tests.
    let prefix: [String]

    package init(prefix: [String] = []) { self.prefix = prefix }

    /// What the program printed. Throws `ProgramError` with its messages when it cannot be started or fails.
    /// Looked up in the system's directories too, for a person's PATH need not have /usr/sbin.
    @discardableResult
    package func run(_ arguments: [String], input: String = "") async throws -> String {
        let path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        let result: ChildProcess.Output
        do {
            result = try await ChildProcess.run(
                "/usr/bin/env", prefix + arguments, environment: ["PATH": path, "LC_ALL": "C"], input: Array(input.utf8))
        } catch {
            throw ProgramError(description: "\(arguments.joined(separator: " ")): \(error)")
        }
        guard result.exit.isSuccess else {
            throw ProgramError(
                description: "\(arguments.joined(separator: " ")) ended with \(result.exit): \(result.errorText.prefix(2000))")
        }
        return result.text
    }
}
