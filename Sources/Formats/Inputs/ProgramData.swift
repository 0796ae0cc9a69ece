import Glibc

/// Where the program's own data lie: fee schedules, rulebooks, scenarios, markets.
public enum ProgramData {
  /// The folders `Data` above the program's file, the nearest first, whether they exist or not.
  public static func folders() -> [String] {
    guard let path = unsafe realpath("/proc/self/exe", nil) else { return [] }
    defer { unsafe free(path) }
    var parts = unsafe String(cString: path).split(separator: "/").dropLast()
    var folders: [String] = []
    while !parts.isEmpty, folders.count < 5 {
      folders.append("/" + parts.joined(separator: "/") + "/Data")
      parts = parts.dropLast()
    }
    return folders
  }

  /// The markets that come with the program, in the order of their names: those of the first folder that holds any.
  public static func markets() throws(FormatError) -> [String] {
    for folder in folders().map({ $0 + "/Markets" }) {
      let names = try RulebookShelf.names(in: folder)
      if !names.isEmpty { return names.map { "\(folder)/\($0)" } }
    }
    return []
  }
}
