import Glibc

/// A system call that failed.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    /// The errno.
    package let code: Int32
    /// What was tried, on what.
    package let operation: String

    package init(_ operation: String, code: Int32 = errno) {
        self.code = code
        self.operation = operation
    }

    package var description: String { "\(operation): \(String(cString: strerror(code)))" }
}
