public import Analysis
public import Basics
import Glibc
import Instruments
import MarginRules

/// Why a name leads to no rulebook.
public enum RulebookLookupError: Error, Hashable, Sendable {
  /// No rulebook has this name; those that are there, and the nearest of them.
  case unknown(String, known: [String], nearest: String?)
  /// The rulebook is there, but its first numbers hold from a later day.
  case notYet(String, on: CalendarDate, first: CalendarDate)
  /// A list names this rule a second time.
  case twice(String)
}

extension RulebookLookupError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknown(let name, let known, let nearest):
      guard let nearest else { return "found rule '\(name.prefix(60))', wanted a rulebook, but no folder holds one" }
      return
        "found rule '\(name.prefix(60))', wanted one of \(known.joined(separator: ", ")); the nearest is \(nearest)"
    case .notYet(let name, let day, let first):
      return "found no numbers of \(name) that hold on \(day), wanted a day from \(first)"
    case .twice(let name): return "found rule '\(name.prefix(60))' twice, wanted each rule once"
    }
  }
}

/// All rulebooks that can be named, each with every date on which its numbers changed.
///
/// Folders are looked through as for fee schedules: `Rulebooks/margin` under `Data` in the current folder, then in the
/// program's own data; a rulebook of the same name and day found later is passed over, so that a project can put its own
/// numbers before the program's.
public struct RulebookShelf: Sendable {
  /// By name in the order of bytes, of one name ascending by date.
  public let files: [RulebookFile]

  /// Reads every `.yaml` and `.json` file of the folders that exist.
  ///
  /// - Parameter dataFolders: The program's own: `Rulebooks/margin` is looked for below each.
  /// - Throws: ``FormatError`` from inside a file; `.malformed` where one folder holds a name twice for one day.
  public init(dataFolders: [String]) throws(FormatError) {
    try self.init(
      folders: (["Data"] + dataFolders).map { ($0.hasSuffix("/") ? $0 : $0 + "/") + "Rulebooks/margin" })
  }

  /// - Parameter folders: Looked through in this order; those that do not exist are passed over.
  public init(folders: [String]) throws(FormatError) {
    var files: [Key: RulebookFile] = [:]
    for folder in folders {
      var own: [Key: String] = [:]
      for name in try RulebookShelf.names(in: folder) {
        let file = try RulebookFile("\(folder)/\(name)")
        let key = Key(name: file.rulebook.name, effective: file.rulebook.effective)
        if let first = own.updateValue(name, forKey: key) {
          throw .malformed(
            SourceLocation(file: file.path, line: 1, column: 1),
            found: "\(key.name) of \(key.effective), as in \(first)", wanted: "one file for a name and a day")
        }
        if files[key] == nil { files[key] = file }
      }
    }
    self.files = files.values.sorted {
      let (left, right) = ($0.rulebook, $1.rulebook)
      return left.name == right.name
        ? left.effective < right.effective : left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
  }

  /// Every name once, in the order of bytes.
  public var names: [String] {
    var names: [String] = []
    for file in files where names.last != file.rulebook.name { names.append(file.rulebook.name) }
    return names
  }

  /// The numbers of a rule that hold on a day: of its files the latest that is effective not after it.
  ///
  /// - Parameter name: A rulebook's name, or the path of a file where it ends in `.yaml` or `.json`: that one is read
  ///   and taken as it is, whatever its date.
  public func file(named name: String, on day: CalendarDate) throws -> RulebookFile {
    if name.hasSuffix(".yaml") || name.hasSuffix(".json") { return try RulebookFile(name) }
    let dated = files.filter { $0.rulebook.name == name }
    guard let first = dated.first else {
      throw RulebookLookupError.unknown(
        name, known: names, nearest: StrategyCatalogue.nearest(to: name, among: names))
    }
    guard let latest = dated.last(where: { $0.rulebook.effective <= day }) else {
      throw RulebookLookupError.notYet(name, on: day, first: first.rulebook.effective)
    }
    return latest
  }

  /// The rules that a list names, separated by commas; `all` is every one.
  ///
  /// A rule whose first numbers come later than the day is in the list all the same, and says so.
  /// - Parameter readsFiles: Whether a name that ends in `.yaml` or `.json` is the path of a file.
  /// - Throws: ``RulebookLookupError`` for a name that is unknown or stands twice; ``FormatError`` from inside a file.
  public func rules(named list: String, on day: CalendarDate, readsFiles: Bool = true) throws -> [RuleOnDay] {
    var rules: [RuleOnDay] = []
    var seen: Set<String> = []
    let names = self.names
    for name in list == "all" ? names : list.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      guard seen.insert(name).inserted else { throw RulebookLookupError.twice(name) }
      guard readsFiles || names.contains(name) else {
        throw RulebookLookupError.unknown(
          name, known: names, nearest: StrategyCatalogue.nearest(to: name, among: names))
      }
      do {
        rules.append(.inForce(try file(named: name, on: day).rule()))
      } catch RulebookLookupError.notYet(_, let day, let first) {
        rules.append(
          .notInForce(
            name: name, reason: "in force from \(first) only, and asked for \(day): --rules-as-of names another day"))
      }
    }
    return rules
  }

  /// For every name the numbers that hold on a day; names whose first numbers come later are left out.
  public func files(on day: CalendarDate) -> [RulebookFile] {
    names.compactMap { name in files.last { $0.rulebook.name == name && $0.rulebook.effective <= day } }
  }

  private struct Key: Hashable {
    let name: String
    let effective: CalendarDate
  }

  /// The files of a folder that may hold a rulebook, or other files of those endings, in the order of bytes; none where there is no such folder.
  static func names(
    in folder: String, endings: [String] = [".yaml", ".json"]
  ) throws(FormatError) -> [String] {
    guard let directory = unsafe opendir(folder) else {
      guard errno == ENOENT || errno == ENOTDIR else {
        throw .noInput(file: folder, reason: systemMessage(errno))
      }
      return []
    }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      // A leading point hides a file: an editor's copy is no rulebook.
      if !name.hasPrefix("."), endings.contains(where: name.hasSuffix) { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}
