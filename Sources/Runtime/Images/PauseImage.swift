/// The image of a pod's sandbox: one static program of under 200 bytes that ignores SIGCHLD, so that the kernel reaps
/// whatever is left to it in a shared PID namespace, and then waits for ever.
package enum PauseImage {
    package static let reference = "docker.io/martlet/pause:1"

    /// The image for a machine ("amd64", "arm64"); nil for others.
    package static func archive(architecture: String) -> OCIArchive? {
        guard let program = program(architecture: architecture) else { return nil }
        var layer = TarWriter()
        layer.addFile("pause", program, mode: 0o755)
        return OCIArchive(reference: reference, architecture: architecture, layer: layer.finished(), entrypoint: ["/pause"])
    }

    /// An ELF executable: header, one program header, code, and the `struct sigaction` the code points to.
    static func program(architecture: String) -> [UInt8]? {
        let base: UInt64 = 0x40_0000
        let start: UInt64 = 64 + 56
        let code: [UInt8]
        let machine: UInt16
        /// Where the sigaction lies; the code refers to it.
        let table: UInt64 = start + 0x48
        switch architecture {
        case "amd64":
            machine = 62
            code =
                [
                    0xB8, 13, 0, 0, 0,  // mov eax, rt_sigaction
                    0xBF, 17, 0, 0, 0,  // mov edi, SIGCHLD
                    0xBE,  // mov esi, table
                ] + little(UInt32(base + table)) + [
                    0x31, 0xD2,  // xor edx, edx
                    0x41, 0xBA, 8, 0, 0, 0,  // mov r10d, 8
                    0x0F, 0x05,  // syscall
                    0xB8, 34, 0, 0, 0,  // mov eax, pause
                    0x0F, 0x05,  // syscall
                    0xEB, 0xF7,  // back to the mov
                ]
        case "arm64":
            machine = 183
            // adr x1: the table is 0x48 bytes after the start, 0x40 after this third instruction.
            let words: [UInt32] = [
                0xD280_10C8,  // mov x8, rt_sigaction
                0xD280_0220,  // mov x0, SIGCHLD
                0x1000_0201,  // adr x1, table
                0xD280_0002,  // mov x2, 0
                0xD280_0103,  // mov x3, 8
                0xD400_0001,  // svc 0
                0xD280_0000, 0xD280_0001, 0xD280_0002, 0xD280_0003, 0xD280_0004,  // mov x0…x4, 0
                0xD280_0928,  // mov x8, ppoll
                0xD400_0001,  // svc 0
                0x17FF_FFF9,  // back to the first of the five
            ]
            code = words.flatMap(little)
        default: return nil
        }
        // handler SIG_IGN, then flags, restorer and mask, all zero.
        let action: [UInt8] = little(UInt64(1)) + [UInt8](repeating: 0, count: 24)
        let size = table + UInt64(action.count)
        var file: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
        file += little(UInt16(2)) + little(machine) + little(UInt32(1))
        file += little(base + start) + little(UInt64(64)) + little(UInt64(0)) + little(UInt32(0))
        file += little(UInt16(64)) + little(UInt16(56)) + little(UInt16(1)) + little(UInt16(0)) + little(UInt16(0)) + little(UInt16(0))
        file += little(UInt32(1)) + little(UInt32(5)) + little(UInt64(0)) + little(base) + little(base)
        file += little(size) + little(size) + little(UInt64(0x1000))
        file += code + [UInt8](repeating: 0, count: Int(table) - file.count - code.count) + action
        return file
    }

    private static func little(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}
