import Glibc
import Linux
import Testing

/// Whether groups can be made here; the reason is printed when not.
private let groupsCanBeMade: Bool = {
    guard geteuid() == 0, Capability.systemAdministration.isHeld, let cgroups = try? Cgroups.probe(), !cgroups.roots.isEmpty else {
        print("skipping tests that make control groups: not root, without CAP_SYS_ADMIN, or none are mounted")
        return false
    }
    return true
}()

@Suite struct CgroupsTests {
    private let hybrid = """
        31 24 0:26 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
        32 31 0:27 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu
        33 31 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpuacct
        34 31 0:29 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
        35 31 0:30 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
        36 31 0:31 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
        """

    @Test func `A hybrid machine is used through its v1 controllers`() throws {
        let cgroups = try #require(Cgroups.probe(mounts: Mounts.parse(hybrid)))
        #expect(
            cgroups.layout
                == .legacy(["cpu": "/sys/fs/cgroup/cpu", "cpuacct": "/sys/fs/cgroup/cpu,cpuacct", "memory": "/sys/fs/cgroup/memory"]))
    }

    @Test func `A machine with one tree is used through v2`() throws {
        let mounts = try Mounts.parse("32 31 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate")
        #expect(Cgroups.probe(mounts: mounts)?.layout == .unified("/sys/fs/cgroup"))
    }

    @Test func `Without control groups the probe says so`() throws {
        #expect(Cgroups.probe(mounts: try Mounts.parse("22 1 0:20 / /proc rw - proc proc rw")) == nil)
    }

    @Test func `Blanks in mount points are unescaped`() throws {
        let mounts = try Mounts.parse("22 1 0:20 / /mnt/a\\040b rw - ext4 /dev/vda rw")
        #expect(mounts.first?.target == "/mnt/a b")
    }

    @Test(.enabled(if: groupsCanBeMade)) func `A group ends with all that runs below it`() async throws {
        let cgroups = try #require(try Cgroups.probe())
        let group = "/martlet-linux-tests-\(getpid())"
        let inner = cgroups.roots[0] + group + "/inner"
        let started = try await ChildProcess.run("mkdir", ["-p", inner])
        #expect(started.exit == .code(0))
        // It says when it is inside; its end is read from its parent.
        let child = try ChildProcess("sh", ["-c", "echo $$ > \(inner)/cgroup.procs && exec sleep 1000"])
        while try Files.readText("\(inner)/cgroup.procs").isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        try cgroups.end(group)
        #expect(await child.wait() == .signal(SIGKILL))
        #expect(!Files.isDirectory(cgroups.roots[0] + group))
    }
}
