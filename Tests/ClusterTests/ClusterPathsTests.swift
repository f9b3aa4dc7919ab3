import Cluster
import Testing

@Suite("Where a cluster lives")
struct ClusterPathsTests {
    @Test(
        "a directory is written as the kernel writes it",
        arguments: [
            ("/var/lib/martlet//a", "/var/lib/martlet/a"), ("/srv/a/", "/srv/a"), ("/srv/./b/../a", "/srv/a"), ("//", "/"),
            ("/srv/a", "/srv/a"),
        ])
    func normalised(given: String, written: String) {
        #expect(ClusterPaths(root: given).root == written)
    }
}
