import Client
import ResourceEngine

extension TestCluster {
    /// A client in the name of a user; an administrator unless told otherwise.
    package func client(
        _ user: UserInfo = UserInfo(name: "admin", groups: ["system:masters", "system:authenticated"]), fieldManager: String = "test"
    ) -> Client {
        Client(transport: InProcessTransport(engine: engine, user: user), fieldManager: fieldManager)
    }
}
