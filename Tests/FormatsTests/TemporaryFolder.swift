import Foundation

@testable import Formats

/// A folder of its own for one test, gone with the value.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.appendingPathComponent("bulkhead-tests-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file and gives its path.
  func file(_ bytes: [UInt8], named name: String = "input.csv") -> String {
    let file = path + "/" + name
    try? Data(bytes).write(to: URL(fileURLWithPath: file))
    return file
  }

  func file(_ text: String, named name: String = "input.csv") -> String { file(Array(text.utf8), named: name) }

  func text(_ name: String) -> String? {
    FileManager.default.contents(atPath: path + "/" + name).map { String(decoding: $0, as: UTF8.self) }
  }

  /// Everything that lies in the folder, hidden files too.
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// Header and rows of a file, read in pieces of `pieceSize` bytes.
func readTable(_ path: String, pieceSize: Int) throws(FormatError) -> [[String]] {
  var reader = try CSVReader.open(path, pieceSize: pieceSize)
  var rows = [reader.columns]
  while let block = try reader.nextBlock() {
    for row in 0..<block.rowCount { rows.append((0..<block.width).map { block.text(row: row, column: $0) }) }
  }
  return rows
}

/// The rows of a report, read back by its own reader: column name to cell.
func rows(ofReport text: String, in folder: TemporaryFolder) throws -> [[String: String]] {
  let table = try readTable(folder.file(text, named: "report.csv"), pieceSize: 1 << 20)
  return table.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(table[0], $0)) }
}
