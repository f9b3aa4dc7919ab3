import ArgumentParser

/// The `martlet` command.
package struct Martlet: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "martlet", abstract: "Kubernetes in one binary.",
        subcommands: [
            StartCommand.self, StopCommand.self, StatusCommand.self, DeleteCommand.self, LogsCommand.self, KubeconfigCommand.self,
            ImageCommand.self, ServerCommand.self, SchedulerCommand.self, ControllerManagerCommand.self, HollowCommand.self,
            BenchCommand.self, VersionCommand.self,
        ])
    package init() {}
}
