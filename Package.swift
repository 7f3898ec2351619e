// swift-tools-version: 6.1
import PackageDescription

/// Warnings are errors in our own targets; dependencies keep their own rules.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny")
]

func core(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "warren",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "warren", targets: ["warren"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        // The words of the design as values: resources, drift, actions, plans. Imports nothing.
        core("ClusterModel"),
        // One file for each resource kind: its shape in the manifest, how it is read, compared, written. Pure.
        core("ResourceKinds", ["ClusterModel"]),
        // YAML to desired state, or every problem with its line and column. Pure.
        core("ManifestLoading", ["ClusterModel", "ResourceKinds", .product(name: "Yams", package: "Yams")]),
        // Desired state to the exact bytes of configuration files. Pure.
        core("Rendering", ["ClusterModel"]),
        // Desired and observed state to drift, to a plan, to conditions. Pure.
        core("Planning", ["ClusterModel", "ResourceKinds"]),
        // Reports as pages and as Markdown: one builder, one style. Pure.
        core("Reporting", ["ClusterModel", "Planning"]),
        // Hashes of the system's OpenSSL.
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        core("Digests", ["COpenSSL"]),
        // The only code that starts processes, writes files and reads clocks.
        core(
            "HostAccess",
            [
                "ClusterModel",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ]),
        // Observe and apply, one folder for each outside system.
        core("Providers", ["ClusterModel", "Digests", "ResourceKinds", "Rendering", "HostAccess"]),
        // What is remembered: SQLite.
        core("StateStore", ["ClusterModel", .product(name: "GRDB", package: "GRDB.swift")]),
        // Read-only HTTP: health, metrics, JSON, a page; HAProxy's agent-check; and reading the other hosts' status.
        core(
            "StatusServer",
            [
                "ClusterModel", "Reporting",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        // The loop: observe, diff, plan, guard, apply, observe; and the composition of all parts.
        core(
            "AgentRuntime",
            [
                "ClusterModel", "Digests", "ResourceKinds", "ManifestLoading", "Planning", "Rendering", "Reporting",
                "HostAccess", "Providers", "StateStore",
            ]),
        // The hosts of a manifest as real Debian systems on one machine.
        core("Lab", ["ClusterModel", "HostAccess"]),
        // One file for each subcommand, one renderer of output.
        core(
            "Commands",
            [
                "AgentRuntime", "ClusterModel", "ManifestLoading", "HostAccess", "Lab", "Planning", "Providers",
                "StateStore", "Rendering", "Reporting", "ResourceKinds", "StatusServer",
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        // The entry point.
        .executableTarget(name: "warren", dependencies: ["Commands"], swiftSettings: settings),

        // Times the planner alone, for `make bench`.
        .executableTarget(
            name: "warren-bench", dependencies: ["ClusterModel", "Planning", "ResourceKinds"],
            path: "Tests/PlanningBenchmark", swiftSettings: settings),

        // A cluster on hosts as values, for Warren's decisions to run against; and its whole search, for `make simulate`.
        .target(
            name: "Simulation", dependencies: ["ClusterModel", "Planning", "ResourceKinds"], path: "Tests/Simulation",
            swiftSettings: settings),
        .executableTarget(
            name: "warren-simulate", dependencies: ["Simulation"], path: "Tests/SimulationRun", swiftSettings: settings),
        tests("SimulationTests", ["Simulation"]),

        tests("ClusterModelTests", ["ClusterModel"]),
        .testTarget(
            name: "RenderingTests",
            dependencies: ["ClusterModel", "HostAccess", "ManifestLoading", "Rendering", "TestSupport"],
            exclude: ["Golden"],
            swiftSettings: settings),
        tests("PlanningTests", ["Planning", "ResourceKinds"]),
        // Reports, with hostile names in them.
        tests("ReportingTests", ["ClusterModel", "Planning", "Reporting", "TestSupport"]),
        // What the documentation shows, held against the program.
        tests(
            "DocumentationTests",
            [
                "Commands", "ManifestLoading", "ClusterModel",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),
        // What tests share: scratch directories, and real brokers of each version.
        .target(
            name: "TestSupport", dependencies: ["ClusterModel", "HostAccess", "Lab", "ManifestLoading", "Providers"],
            path: "Tests/TestSupport", swiftSettings: settings),
        tests("DigestsTests", ["Digests"]),
        tests("HostAccessTests", ["HostAccess", "TestSupport"]),
        // The Debian package as a file, and on booted systems.
        tests("PackagingTests", ["HostAccess", "Lab", "TestSupport"]),
        // Definitions exports of each version, to a manifest and back.
        .testTarget(
            name: "AdoptionTests",
            dependencies: [
                "AgentRuntime", "ClusterModel", "HostAccess", "ManifestLoading", "Planning", "ResourceKinds",
                "TestSupport",
            ], exclude: ["Exports"], swiftSettings: settings),
        // Tools that fail in ways in which a real broker can't be made to fail, and what real ones say.
        .testTarget(
            name: "ProvidersTests",
            dependencies: ["ClusterModel", "HostAccess", "Providers", "ResourceKinds", "TestSupport"],
            exclude: ["Words"], swiftSettings: settings),
        tests(
            "AgentRuntimeTests",
            [
                "AgentRuntime", "ClusterModel", "HostAccess", "Planning", "Providers", "Reporting", "StateStore",
                "StatusServer", "TestSupport",
            ]),
        // The program as people run it.
        tests(
            "CommandTests",
            [
                "AgentRuntime", "ClusterModel", "Commands", "HostAccess", "ManifestLoading", "Reporting", "StateStore",
                "StatusServer", "TestSupport", "warren", .product(name: "GRDB", package: "GRDB.swift"),
            ]),
        tests("DoctorTests", ["AgentRuntime", "ClusterModel", "HostAccess", "Providers", "TestSupport"]),
        // Everything that talks to a real broker, as extensions of one serialised suite.
        tests(
            "RealBrokerTests",
            [
                "AgentRuntime", "ClusterModel", "HostAccess", "ManifestLoading", "Planning", "Providers",
                "ResourceKinds",
                "StateStore", "TestSupport", "warren",
            ]),
        // Labs as values, and real ones: whole systems on this machine.
        tests("LabTests", ["ClusterModel", "HostAccess", "Lab", "ManifestLoading", "TestSupport", "warren"]),
        // The status server with friendly and hostile clients, and beside a real HAProxy.
        tests(
            "StatusServerTests",
            [
                "ClusterModel", "HostAccess", "StatusServer", "TestSupport",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        // Warren's package on five hosts, from nothing to a cluster with its address, and through failures.
        tests(
            "EndToEndTests",
            [
                "ClusterModel", "HostAccess", "Lab", "ManifestLoading", "Simulation", "StatusServer", "TestSupport",
                "warren",
            ]),
        // Hosts whose agents start, watch and stop the services themselves, as network namespaces of this machine.
        tests("SupervisionTests", ["ClusterModel", "HostAccess", "Providers", "TestSupport", "warren"]),
        tests("StateStoreTests", ["StateStore", "ClusterModel", .product(name: "GRDB", package: "GRDB.swift")]),
        tests(
            "ManifestLoadingTests",
            [
                "ManifestLoading", "ClusterModel", "ResourceKinds", .product(name: "Yams", package: "Yams"),
            ]),
    ]
)
