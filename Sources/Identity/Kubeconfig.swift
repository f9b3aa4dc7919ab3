import Values

/// What a client needs to reach a cluster, as entries of a kubeconfig file.
package struct Kubeconfig: Sendable {
    /// The name of context, cluster and user.
    package var name: String
    /// "https://host:port".
    package var server: String
    package var authorityPEM: String
    package var credential: Credential

    package init(name: String, server: String, authorityPEM: String, credential: Credential) {
        self.name = name
        self.server = server
        self.authorityPEM = authorityPEM
        self.credential = credential
    }

    /// An entry of `clusters`.
    package var cluster: Value {
        [
            "name": .string(name),
            "cluster": [
                "certificate-authority-data": .string(Base64Codec.encode(authorityPEM.utf8)), "server": .string(server),
            ],
        ]
    }

    /// An entry of `users`.
    package var user: Value {
        [
            "name": .string(name),
            "user": [
                "client-certificate-data": .string(Base64Codec.encode(credential.certificatePEM.utf8)),
                "client-key-data": .string(Base64Codec.encode(credential.privateKeyPEM.utf8)),
            ],
        ]
    }

    /// An entry of `contexts`.
    package var context: Value {
        ["name": .string(name), "context": ["cluster": .string(name), "user": .string(name)]]
    }

    /// A whole file.
    package var file: Value {
        [
            "apiVersion": "v1", "kind": "Config", "clusters": [cluster], "users": [user], "contexts": [context],
            "current-context": .string(name), "preferences": [:],
        ]
    }
}
