internal import Foundation

/// A file under `Tests/Fixtures`.
public struct Fixture: Sendable {
  public let path: String

  /// - Parameter name: The path below `Tests/Fixtures`, as in `Kernels/normal_reference.csv`.
  public init(_ name: String, file: String = #filePath) {
    path =
      URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Fixtures").appendingPathComponent(name).path
  }

  /// The checkout that the tests were built from: where `Data` lies.
  public static var root: String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .path
  }

  public var text: String {
    get throws { try String(contentsOfFile: path, encoding: .utf8) }
  }

  /// The rows of a CSV without quotes, by the names of its header.
  public var rows: [[String: String]] {
    get throws {
      let lines = try text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
      let names = lines.first?.map(String.init) ?? []
      return lines.dropFirst().map { cells in
        Dictionary(uniqueKeysWithValues: zip(names, cells.map(String.init)))
      }
    }
  }
}

extension [String: String] {
  /// The number in a column; `inf` and `nan` are read, and a missing column or a word is not-a-number.
  public func number(_ column: String) -> Double { self[column].flatMap { Double($0) } ?? .nan }
}
