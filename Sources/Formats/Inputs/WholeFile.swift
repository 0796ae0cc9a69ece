/// Reads whole small files: markets, strategies, fee schedules.
enum WholeFile {
  /// - Throws: ``FormatError``: `.noInput`, or `.malformed` for a directory and for more than `limit` bytes.
  static func bytes(of path: String, limit: Int = YAMLDocument.byteLimit) throws(FormatError) -> [UInt8] {
    var source = try InputSource(path)
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    let end = try source.read(into: &bytes, from: 0, to: limit + 1)
    guard end <= limit else {
      throw .malformed(
        SourceLocation(file: path, line: 1, column: 1), found: "more than \(limit) bytes", wanted: "a smaller file")
    }
    guard end > 0 else {
      throw .malformed(SourceLocation(file: path, line: 1, column: 1), found: "an empty file", wanted: "YAML or JSON")
    }
    return Array(bytes[..<end])
  }

  /// The folder part of a path with its slash; empty for a bare name.
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return String(path[...slash])
  }

  /// The name part of a path without its last extension.
  static func stem(of path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return String(name) }
    return String(name[..<dot])
  }
}
