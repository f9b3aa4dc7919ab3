extension Files {
    /// The bytes of a file, or nil when there is none. Throws `SystemError` for every other problem.
    package static func readIfPresent(_ path: String) throws -> [UInt8]? { exists(path) ? try read(path) : nil }
}
