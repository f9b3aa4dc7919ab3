import Glibc
import Linux
import Testing

@Suite struct FilesTests {
    @Test func `Trees are made, listed, linked, replaced and removed`() throws {
        let root = "/tmp/martlet-files-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        defer { try? Files.remove(root) }
        try Files.createDirectory("\(root)/a/b/c")
        try Files.write("one\n", to: "\(root)/a/file")
        try Files.replace("\(root)/a/file", with: Array("two\n".utf8))
        try Files.createLink("\(root)/a/link", to: "file")
        #expect(try Files.list("\(root)/a") == ["b", "file", "link"])
        #expect(try Files.readText("\(root)/a/link") == "two")
        #expect(Files.readLink("\(root)/a/link") == "file")
        try Files.remove("\(root)/a")
        #expect(try Files.list("\(root)/a") == [])
        #expect(throws: SystemError.self) { try Files.read("\(root)/absent") }
    }
}
