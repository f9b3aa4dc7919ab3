import Cluster
import Core
import Logging
import Synchronization
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@Suite struct ReloadedFileTests {
    private func write(_ text: String, _ path: String) throws {
        let file = try #require(fopen(path, "w"))
        fputs(text, file)
        fclose(file)
    }

    @Test func `a file is taken when it changes and only when it can be`() async throws {
        let path = "/tmp/martlet-reloaded-\(getpid())"
        try write("one", path)
        defer { unlink(path) }
        let taken = Mutex<[String]>([])
        let file = try ReloadedFile(path, subsystem: "test_controller", serverID: "me", clock: SystemClock(), logger: Logger(label: "test"))
        {
            bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard text != "bad" else { throw ClusterError("this is bad") }
            taken.withLock { $0.append(text) }
        }
        try await file.check()
        #expect(taken.withLock { $0 } == [])
        #expect(!file.metricsText.contains("status="))
        let before = file.metricsText.split(separator: "\n").last
        try write("two", path)
        try await file.check()
        try await file.check()
        #expect(taken.withLock { $0 } == ["two"])
        #expect(file.metricsText.contains("apiserver_test_controller_automatic_reloads_total{apiserver_id_hash=\"sha256:"))
        #expect(file.metricsText.contains("status=\"success\"} 1\n"))
        let after = file.metricsText.split(separator: "\n").last
        #expect(before != after)
        try write("bad", path)
        try await file.check()
        #expect(file.metricsText.contains("status=\"failure\"} 1\n"))
        #expect(file.metricsText.split(separator: "\n").last == after)
        unlink(path)
        try await file.check()
        #expect(file.metricsText.contains("status=\"failure\"} 2\n"))
        #expect(taken.withLock { $0 } == ["two"])
        #expect(throws: ClusterError.self) {
            try ReloadedFile(path, subsystem: "t", serverID: "me", clock: SystemClock(), logger: Logger(label: "test")) { _ in }
        }
    }
}
