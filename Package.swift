// swift-tools-version: 6.1
import PackageDescription

/// Warnings are errors in our own targets; dependencies keep their own rules.
let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
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
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
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
        // The only code that starts processes, writes files and reads clocks.
        core("HostAccess", [
            "ClusterModel",
            .product(name: "Subprocess", package: "swift-subprocess"),
            .product(name: "SystemPackage", package: "swift-system"),
        ]),
        // Observe and apply, one folder for each outside system.
        core("Providers", [
            "ClusterModel", "ResourceKinds", "Rendering", "HostAccess",
            .product(name: "Crypto", package: "swift-crypto"),
        ]),
        // What is remembered: SQLite.
        core("StateStore", ["ClusterModel", .product(name: "GRDB", package: "GRDB.swift")]),
        // The loop: observe, diff, plan, guard, apply, observe; and the composition of all parts.
        core("AgentRuntime", [
            "ClusterModel", "ResourceKinds", "ManifestLoading", "Planning", "Rendering", "HostAccess", "Providers",
            "StateStore", .product(name: "Crypto", package: "swift-crypto"),
        ]),
        // One file for each subcommand, one renderer of output.
        core("Commands", [
            "AgentRuntime", "ClusterModel", "ManifestLoading", "HostAccess", "Planning", "Providers", "StateStore",
            "Rendering", "ResourceKinds", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
        // The entry point.
        .executableTarget(name: "warren", dependencies: ["Commands"], swiftSettings: settings),

        // Times the planner alone, for `make bench`.
        .executableTarget(
            name: "warren-bench", dependencies: ["ClusterModel", "Planning", "ResourceKinds"],
            path: "Tests/PlanningBenchmark", swiftSettings: settings),

        tests("ClusterModelTests", ["ClusterModel"]),
        .testTarget(
            name: "RenderingTests", dependencies: ["ClusterModel", "Rendering"], exclude: ["Golden"],
            swiftSettings: settings),
        tests("PlanningTests", ["Planning", "ResourceKinds"]),
        // What the documentation shows, held against the program.
        tests("DocumentationTests", [
            "Commands", "ManifestLoading", "ClusterModel", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
        // What tests share: scratch directories, and real brokers of each version.
        .target(
            name: "TestSupport", dependencies: ["ClusterModel", "HostAccess", "Providers"], path: "Tests/TestSupport",
            swiftSettings: settings),
        tests("HostAccessTests", ["HostAccess", "TestSupport"]),
        // Definitions exports of each version, to a manifest and back.
        .testTarget(
            name: "AdoptionTests",
            dependencies: [
                "AgentRuntime", "ClusterModel", "HostAccess", "ManifestLoading", "Planning", "ResourceKinds", "TestSupport",
            ], exclude: ["Exports"], swiftSettings: settings),
        // Tools that fail in ways in which a real broker can't be made to fail, and what real ones say.
        .testTarget(
            name: "ProvidersTests", dependencies: ["ClusterModel", "HostAccess", "Providers", "ResourceKinds", "TestSupport"],
            exclude: ["Words"], swiftSettings: settings),
        tests("AgentRuntimeTests", [
            "AgentRuntime", "ClusterModel", "HostAccess", "Planning", "Providers", "StateStore", "TestSupport",
        ]),
        // The program as people run it.
        tests("CommandTests", [
            "ClusterModel", "HostAccess", "TestSupport", "warren", .product(name: "GRDB", package: "GRDB.swift"),
        ]),
        tests("DoctorTests", ["AgentRuntime", "ClusterModel", "HostAccess", "Providers", "TestSupport"]),
        // Everything that talks to a real broker, as extensions of one serialised suite.
        tests("RealBrokerTests", [
            "AgentRuntime", "ClusterModel", "HostAccess", "ManifestLoading", "Planning", "Providers", "ResourceKinds",
            "StateStore", "TestSupport", "warren",
        ]),
        tests("StateStoreTests", ["StateStore", "ClusterModel", .product(name: "GRDB", package: "GRDB.swift")]),
        tests("ManifestLoadingTests", [
            "ManifestLoading", "ClusterModel", "ResourceKinds", .product(name: "Yams", package: "Yams"),
        ]),
    ]
)
