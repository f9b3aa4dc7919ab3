import Glibc
import Linux
import Runtime
import Testing

@Suite struct ImagesTests {
    @Test func `The pause program is an executable that waits and reaps`() async throws {
        let architecture = Machine.probe().architecture
        let archive = try #require(PauseImage.archive(architecture: architecture))
        #expect(archive.encoded() == PauseImage.archive(architecture: architecture)?.encoded())
        let path = "/tmp/martlet-pause-\(getpid())"
        // The program lies behind the first header of the layer.
        let size = try #require(Int(String(decoding: archive.layer[124..<135], as: UTF8.self), radix: 8))
        try Files.write(Array(archive.layer[512..<512 + size]), to: path, mode: 0o755)
        let child = try ChildProcess(path, [])
        try Files.remove(path)
        child.kill(SIGTERM)
        #expect(await child.wait() == .signal(SIGTERM))
    }

    @Test func `An unknown architecture has no pause image`() {
        #expect(PauseImage.archive(architecture: "sparc") == nil)
    }

    @Test func `A tar archive is what tar reads`() async throws {
        var tar = TarWriter()
        tar.addDirectory("etc")
        tar.addFile("etc/hosts", Array("127.0.0.1 localhost\n".utf8))
        let listing = try await ChildProcess.run("tar", ["-tvf", "-"], input: tar.finished())
        #expect(listing.text.contains("etc/hosts"))
        #expect(listing.exit.isSuccess)
    }
}
