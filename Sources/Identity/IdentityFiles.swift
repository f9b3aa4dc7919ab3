#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The directory that keeps keys and certificates: 0700, each file 0600, replaced in one step. Calls block shortly.
struct IdentityFiles: Sendable {
    let directory: String

    /// Creates the directory where it is missing. Throws `IdentityError.file`.
    init(directory: String) throws {
        self.directory = directory
        guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw Self.failure("create", directory) }
    }

    /// The file's text, nil when there is no such file.
    func read(_ name: String) throws -> String? {
        let path = "\(directory)/\(name)"
        guard let file = fopen(path, "re") else {
            if errno == ENOENT { return nil }
            throw Self.failure("read", path)
        }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 8192)
        while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
        guard ferror(file) == 0 else { throw Self.failure("read", path) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Replaces the file, durably: after a crash it is the old one or the new one.
    func write(_ name: String, _ text: String) throws {
        let path = "\(directory)/\(name)"
        let scratch = path + ".new"
        unlink(scratch)
        let file = open(scratch, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.failure("write", scratch) }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Self.writeSome(file, $0) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                close(file)
                throw Self.failure("write", scratch)
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0, close(file) == 0, rename(scratch, path) == 0 else { throw Self.failure("write", path) }
    }

    private static func writeSome(_ file: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(file, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            Musl.write(file, bytes.baseAddress, bytes.count)
        #endif
    }

    func readCredential(_ name: String) throws -> Credential? {
        guard let certificate = try read("\(name).crt"), let key = try read("\(name).key") else { return nil }
        return Credential(certificatePEM: certificate, privateKeyPEM: key)
    }

    /// The key goes first: a certificate without its key is no use, and a mismatch is found when reading.
    func writeCredential(_ name: String, _ credential: Credential) throws {
        try write("\(name).key", credential.privateKeyPEM)
        try write("\(name).crt", credential.certificatePEM)
    }

    private static func failure(_ verb: String, _ path: String) -> IdentityError {
        .file("cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}
