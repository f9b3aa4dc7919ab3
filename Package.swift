// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target of ours: Swift 6 mode, warnings are errors.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

// Libraries of others, by the name the targets below use. docs/dependencies.md says why each is here.
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
]
let http: [Target.Dependency] = [
    .product(name: "NIOHTTP1", package: "swift-nio"),
    .product(name: "NIOHTTP2", package: "swift-nio-http2"),
    .product(name: "NIOHPACK", package: "swift-nio-http2"),
    .product(name: "NIOTLS", package: "swift-nio"),
    .product(name: "NIOWebSocket", package: "swift-nio"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

/// What is not in the way of a request is compiled in two thirds of the time: generic code is not copied for every type it is used with.
let unhurried: [SwiftSetting] = [
    .unsafeFlags(["-Xllvm", "-sil-disable-pass=generic-specializer"], .when(configuration: .release))
]

/// One target of ours; its tests, when it has them, are in Tests/<name>Tests.
func target(_ name: String, _ dependencies: [Target.Dependency] = [], _ more: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: settings + more)
}
func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.init(stringLiteral: name)] + dependencies, swiftSettings: settings)
}

let package = Package(
    name: "martlet",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "martlet", targets: ["martlet"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    ],
    targets: [
        // System libraries.
        .systemLibrary(name: "CSQLite", path: "Sources/CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CLibYAML", path: "Sources/CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "COpenSSL", path: "Sources/COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "CLinux", path: "Sources/CLinux"),

        // Floor 1: values, parsers, the kernel.
        target("Values"),
        target("JSON", ["Values"]),
        target("YAML", ["Values", "CLibYAML"]),
        target("Core", ["Values", "JSON"]),
        target("Cryptography", ["COpenSSL", "Core"]),
        target("Linux", ["CLinux"]),
        target("RegularExpressions"),
        target("TLS", nio + ["COpenSSL", .product(name: "NIOTLS", package: "swift-nio")]),

        // Floor 2: the schema and the store.
        target("SchemaEngine", ["Values", "JSON", "Core", "RegularExpressions"]),
        target("CEL", ["Values", "Core", "RegularExpressions"]),
        target("KubernetesAPI", ["Values", "JSON", "Core", "SchemaEngine"]),
        target("Store", ["Core", "CSQLite", logging]),

        // Floor 3: the generic resource engine and the wire.
        target("ResourceEngine", ["Values", "JSON", "Core", "CEL", "Cryptography", "SchemaEngine", "KubernetesAPI", "Store", logging]),
        target("HTTPTransport", nio + http + ["Core", "CZlib", "TLS", logging]),
        target("Identity", ["Core", "Values", "JSON", "Cryptography"]),

        target("KeyService", ["Core", "Linux", "SchemaEngine", "Identity", "HTTPTransport", "Cryptography", logging], unhurried),
        target(
            "CustomResources", ["Values", "JSON", "Core", "SchemaEngine", "KubernetesAPI", "ResourceEngine", "Store", logging], unhurried),

        // Floor 4: the client.
        target("Client", ["Values", "JSON", "YAML", "Core", "Linux", "KubernetesAPI", "ResourceEngine", "HTTPTransport"]),

        // Floor 5: reconcilers, the HTTP surface, container runtimes.
        target("Reconcile", ["Values", "Core", "KubernetesAPI", "Client", logging]),
        target(
            "APIServer",
            [
                "Values", "JSON", "YAML", "Core", "SchemaEngine", "KubernetesAPI", "ResourceEngine", "HTTPTransport", "Identity", "Client",
                "CEL", "Cryptography", logging,
            ]),
        target("Runtime", ["Values", "JSON", "Core", "Linux", "SchemaEngine", "HTTPTransport", "Cryptography", logging], unhurried),

        // Floor 6: control loops, node and network.
        target(
            "Controllers",
            ["Values", "JSON", "Core", "KubernetesAPI", "ResourceEngine", "Client", "Reconcile", "Identity", "Cryptography", logging],
            unhurried),
        target(
            "Scheduler",
            ["Values", "JSON", "Core", "KubernetesAPI", "ResourceEngine", "HTTPTransport", "Client", "Reconcile", logging]),
        target("Bench", ["Values", "JSON", "Core", "Linux", "Identity", "KubernetesAPI", "Client", "Reconcile", logging], unhurried),
        target("Hollow", ["Values", "Core", "KubernetesAPI", "Client", "Reconcile", logging], unhurried),
        target(
            "NodeAgent",
            [
                "Values", "JSON", "YAML", "Core", "Linux", "KubernetesAPI", "ResourceEngine", "Client", "Reconcile", "Runtime",
                "HTTPTransport",
                "SchemaEngine", "Cryptography", logging,
            ], unhurried),
        target(
            "ServiceProxy", ["Values", "JSON", "Core", "Linux", "KubernetesAPI", "Client", "Reconcile", "HTTPTransport", logging], unhurried
        ),
        target("ClusterDNS", ["Values", "Core", "KubernetesAPI", "Client", "Reconcile", logging] + nio, unhurried),
        target("Ingress", ["Values", "Core", "KubernetesAPI", "Client", "Reconcile", "HTTPTransport", "TLS", logging] + nio + http),

        // Floors 7 to 9: composition and what a person types.
        target(
            "Cluster",
            [
                "Values", "JSON", "YAML", "Core", "Linux", "Store", "SchemaEngine", "KubernetesAPI", "ResourceEngine", "CustomResources",
                "APIServer", "Identity", "KeyService", "Client", "Reconcile",
                "Controllers", "Scheduler", "NodeAgent", "Runtime", "ServiceProxy", "ClusterDNS", "Ingress", logging,
            ], unhurried),
        target(
            "LifecycleCommands",
            [
                "Cluster", "Core", "Values", "JSON", "YAML", "Linux", "HTTPTransport", "Identity", "Client", "Reconcile", "KubernetesAPI",
                "ResourceEngine", "Controllers", "Scheduler", "Hollow", "Bench", arguments, logging,
            ], unhurried),
        .executableTarget(
            name: "martlet", dependencies: ["LifecycleCommands", arguments], exclude: ["README.md"], swiftSettings: settings,
            // One file to carry: the machine that runs it needs no Swift. The last two are what FoundationEssentials, which ArgumentParser
            // brings, needs and the compiler does not name.
            linkerSettings: [
                .unsafeFlags(
                    ["-static-stdlib", "-lFoundationEssentials", "-l_FoundationCollections", "-l_FoundationCShims"],
                    .when(platforms: [.linux], configuration: .release)),
                .linkedLibrary("jemalloc", .when(platforms: [.linux])),
            ]),

        // Tools, benchmarks and tests.
        .executableTarget(
            name: "APILoad", dependencies: ["HTTPTransport", "Core", "JSON", "YAML", "Values"], path: "Benchmarks/APILoad",
            swiftSettings: settings),
        .executableTarget(
            name: "SchemaCompiler", dependencies: ["SchemaEngine", "Core"], path: "Tools/SchemaCompiler", exclude: ["README.md"],
            swiftSettings: settings),
        .executableTarget(
            name: "EngineBenchmark", dependencies: ["TestSupport", "ResourceEngine", "Core", "JSON", "Values"],
            path: "Benchmarks/EngineBenchmark", swiftSettings: settings),
        .executableTarget(
            name: "StoreBenchmark", dependencies: ["Store", "Core"], path: "Benchmarks/StoreBenchmark", swiftSettings: settings),
        .target(
            name: "TestSupport",
            dependencies: [
                "Values", "JSON", "Core", "SchemaEngine", "KubernetesAPI", "ResourceEngine", "CustomResources", "Store", "Client",
                "Reconcile", "HTTPTransport",
            ] + nio + http,
            path: "Tests/TestSupport", swiftSettings: settings),
        .target(name: "Randomness", path: "Tests/Randomness", swiftSettings: settings),
        tests("Values", ["JSON"]), tests("JSON", ["Values", "Randomness"]), tests("YAML", ["Values", "Randomness"]), tests("Core"),
        tests("Cryptography", ["Core", "Randomness"]),
        .testTarget(
            name: "FuzzTests",
            dependencies: [
                "Randomness", "TestSupport", "Values", "JSON", "YAML", "Core", "Cryptography", "Identity", "RegularExpressions",
                "SchemaEngine",
                "CEL", "KubernetesAPI", "HTTPTransport", "ClusterDNS", "Controllers", "Scheduler", "APIServer", "Client", "NodeAgent",
            ], swiftSettings: settings),
        tests("Linux"),
        tests("RegularExpressions"),
        tests("TLS", ["TestSupport"]),
        tests("SchemaEngine", ["Values", "JSON", "Core", "KubernetesAPI", "Randomness"]),
        tests("CEL", ["Values", "Core"]),
        tests("KubernetesAPI", ["Values", "JSON", "Core", "Randomness"]),
        tests("Store", ["TestSupport", "Core"]),
        tests("ResourceEngine", ["TestSupport", "Values", "JSON", "Core", "KubernetesAPI", "Store"]),
        tests(
            "CustomResources",
            ["TestSupport", "Values", "JSON", "YAML", "Core", "KubernetesAPI", "ResourceEngine", "SchemaEngine", "Client"]),
        tests("HTTPTransport", ["TestSupport", "Randomness"] + nio + http),
        tests("Identity", ["Core", "Values", "JSON"]),
        tests("KeyService", ["TestSupport", "Core", "Linux", "SchemaEngine", "HTTPTransport", "Identity", logging]),
        tests(
            "Client",
            [
                "TestSupport", "Values", "JSON", "YAML", "Core", "KubernetesAPI", "ResourceEngine", "SchemaEngine", "HTTPTransport",
                "Identity", "APIServer", logging,
            ]),
        tests("Reconcile", ["TestSupport", "Values", "KubernetesAPI", "Client", "Core", logging]),
        tests(
            "APIServer",
            [
                "TestSupport", "Randomness", "Values", "JSON", "Core", "KubernetesAPI", "HTTPTransport", "Identity", "Client", "Store",
                "Linux",
            ]),
        tests("Runtime", ["Core", "Linux", "SchemaEngine", logging]),
        tests("Controllers", ["TestSupport", "Values", "KubernetesAPI", "Client", "Reconcile", "Core", "Identity"]),
        tests("Scheduler", ["TestSupport", "Values", "JSON", "YAML", "KubernetesAPI", "HTTPTransport", "Client", "Reconcile", "Core"]),
        tests("Bench", ["Values"]),
        tests(
            "Hollow",
            [
                "TestSupport", "Randomness", "Values", "JSON", "YAML", "KubernetesAPI", "Client", "Reconcile", "Controllers", "Scheduler",
                "Core", logging,
            ]),
        .target(
            name: "Simulation",
            dependencies: [
                "TestSupport", "Values", "JSON", "KubernetesAPI", "Client", "Reconcile", "ResourceEngine", "CustomResources", "Controllers",
                "Scheduler", "Hollow", "Store", "Core", "Linux", "Randomness", logging,
            ],
            path: "Tests/Simulation", exclude: ["README.md"], swiftSettings: settings),
        .executableTarget(
            name: "Simulate", dependencies: ["Simulation", logging], path: "Tools/Simulate", swiftSettings: settings),
        tests("Simulation", ["Values", "Core", "KubernetesAPI", "Client", logging]),
        tests(
            "NodeAgent",
            [
                "TestSupport", "Values", "JSON", "YAML", "KubernetesAPI", "Client", "ResourceEngine", "Runtime", "Core", "Linux",
                "HTTPTransport",
                logging,
            ]),
        tests("ServiceProxy", ["TestSupport", "Values", "JSON", "KubernetesAPI", "Core", "Linux", "HTTPTransport", logging]),
        tests("ClusterDNS", ["Values", "KubernetesAPI", "Core", "Randomness"]),
        tests("Ingress", ["Values", "KubernetesAPI", "Core"]),
        tests("Cluster", ["Values", "JSON", "Core", logging]),
    ]
)
