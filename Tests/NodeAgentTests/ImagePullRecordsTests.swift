import Linux
import Logging
import NodeAgent
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Who may use an image that another pod's credentials brought to the node.
@Suite struct ImagePullRecordsTests {
    private typealias Source = ImagePullRecords.Source

    private func records(
        _ name: String, _ policy: ImagePullRecords.Policy = .neverVerifyPreloadedImages, allowed: [String] = []
    ) throws -> (ImagePullRecords, String) {
        let directory = "/tmp/martlet-pulls-\(name)-\(getpid())"
        return (try open(directory, policy, allowed: allowed), directory)
    }

    private func open(_ directory: String, _ policy: ImagePullRecords.Policy, allowed: [String] = []) throws -> ImagePullRecords {
        var verification = ImagePullRecords.Verification()
        verification.policy = policy
        verification.allowed = allowed
        let records = ImagePullRecords(directory: directory, verification: verification, logger: Logger(label: "test"))
        try records.load()
        return records
    }

    private func remove(_ directory: String) throws {
        try Files.remove(directory)
        try Files.remove(directory + ".pulling")
    }

    private let mine = Source(uid: "1", namespace: "a", name: "login", hash: "h")

    @Test func `An image that one secret brought is not for pods without it, also after a restart`() throws {
        let (records, directory) = try records("restart")
        try records.note("registry.test/shop:1", id: "sha256:x", source: mine)
        for records in [records, try open(directory, .neverVerifyPreloadedImages)] {
            #expect(records.mustPull("registry.test/shop:1", id: "sha256:x", with: []))
            #expect(!records.mustPull("registry.test/shop:1", id: "sha256:x", with: [mine]))
            #expect(
                !records.mustPull(
                    "registry.test/shop:2", id: "sha256:x", with: [Source(uid: "2", namespace: "b", name: "copy", hash: "h")]),
                "the same login of another secret")
            #expect(
                !records.mustPull(
                    "registry.test/shop:1", id: "sha256:x", with: [Source(uid: "1", namespace: "a", name: "login", hash: "new")]),
                "the same secret with another login")
            #expect(records.mustPull("registry.test/other:1", id: "sha256:x", with: [mine]), "another repository")
        }
        try remove(directory)
    }

    @Test func `What came without credentials is for everybody, and stays so`() throws {
        let (records, directory) = try records("open")
        try records.note("open:1", id: "sha256:y", source: nil)
        try records.note("open:1", id: "sha256:y", source: mine)
        #expect(!records.mustPull("docker.io/library/open", id: "sha256:y", with: []))
        try remove(directory)
    }

    @Test func `What was loaded by hand is for everybody unless the policy says otherwise`() throws {
        for (policy, mustPull) in [
            (ImagePullRecords.Policy.neverVerify, false), (.neverVerifyPreloadedImages, false), (.neverVerifyAllowlistedImages, true),
            (.alwaysVerify, true),
        ] {
            let (records, directory) = try records("policy", policy, allowed: ["registry.test/tools/*"])
            #expect(records.mustPull("loaded:1", id: "sha256:z", with: []) == mustPull, "\(policy)")
            #expect(records.mustPull("registry.test/tools/a:1", id: "sha256:z", with: []) == (policy == .alwaysVerify), "\(policy)")
            try remove(directory)
        }
    }

    @Test func `A pull that was cut off by the agent's end has brought nothing that may be used`() throws {
        let (records, directory) = try records("cut")
        try records.begin("registry.test/shop:1")
        let next = try open(directory, .neverVerifyPreloadedImages)
        #expect(next.mustPull("registry.test/shop:1", id: "sha256:x", with: []))
        try next.begin("registry.test/shop:1")
        try next.note("registry.test/shop:1", id: "sha256:x", source: nil)
        try next.end("registry.test/shop:1")
        #expect(!next.mustPull("registry.test/shop:1", id: "sha256:x", with: []))
        try remove(directory)
    }
}
