import ArgumentParser
import Cluster
import Core

/// `martlet start`: a cluster in the background, and kubectl pointed at it.
package struct StartCommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Starts a cluster in the background and waits until it is ready.")

    @OptionGroup var cluster: ClusterOptions
    @OptionGroup var new: NewClusterOptions

    package init() {}

    package func run() async {
        await explainingFailure {
            let configuration = try new.resolve(cluster)
            try Preconditions.check(configuration)
            // What cannot be read is told before anything is started.
            var kubeconfig = try Kubeconfig(path: Kubeconfig.standardPath)
            if let process = try await ServerLock.survivor(of: cluster.paths.lock) {
                say("Cluster \(cluster.name) runs already, as process \(process).")
            } else {
                var arguments = ["server", "--name", cluster.name]
                if let dataDir = cluster.dataDir { arguments += ["--data-dir", dataDir] }
                say("Starting cluster \(cluster.name) (Kubernetes \(Version.kubernetes))")
                try BackgroundServer(arguments: arguments, log: cluster.paths.log).start { say("  \($0)") }
            }
            kubeconfig = try Kubeconfig(path: Kubeconfig.standardPath)
            kubeconfig.merge(try AdminKubeconfig.read(cluster.paths))
            try kubeconfig.save()
            say("kubectl now talks to context \"\(cluster.name)\" (\(kubeconfig.path)).")
            say(
                """

                Next:
                  kubectl get nodes
                  kubectl create deployment hello --image=nginx
                  martlet status\(cluster.name == "martlet" ? "" : " --name \(cluster.name)")
                """)
        }
    }
}
