// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InferIsolatedConformances"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
]

let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let bulkhead: Target.Dependency = .product(name: "Bulkhead", package: "bulkhead")

/// The page, carried inside the program so that it can be copied as one file.
let page = [
  "index.html", "style.css", "main.js", "state.js", "api.js", "dom.js", "format.js", "chart.js", "heatmap.js",
  "fields.js", "figures.js", "words.js", "rules.js", "liquidation.js", "surface.js", "surface.css", "adjust.js",
  "download.js",
]

// A package of its own, so that neither the program nor a package that depends on it resolves or builds what the server
// stands on, which takes longer than everything else together. A trait of the one package would not do: its name becomes
// a compilation condition of every module, so that each switch builds all of them anew.
let package = Package(
  name: "bulkhead-server",
  products: [.executable(name: "bulkhead-server", targets: ["bulkhead-server"])],
  dependencies: [
    .package(name: "bulkhead", path: ".."),
    // Without its traits, which bring configuration files and full Foundation.
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    // What it stands on itself, and is named here because a module names what it imports.
    .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
    .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.34.1"),
    .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0", traits: []),
    .package(url: "https://github.com/apple/swift-log.git", from: "1.14.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
  ],
  targets: [
    .target(
      name: "BulkheadServer",
      dependencies: [
        hummingbird, .product(name: "HummingbirdCore", package: "hummingbird"), bulkhead,
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"), .product(name: "Logging", package: "swift-log"),
      ],
      resources: page.map { .embedInCode("Page/\($0)") }, swiftSettings: settings),
    .executableTarget(
      name: "bulkhead-server",
      dependencies: [
        "BulkheadServer", hummingbird, bulkhead,
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "BulkheadServerTests",
      dependencies: [
        "BulkheadServer", hummingbird, bulkhead, .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"), .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: settings),
  ]
)
