/// Every option structure the program knows by name.
///
/// A name is found by id, alias or display name; a strategy's name is found from its legs in any order and size. Entries
/// stand in teaching order, and where several have the same legs the first one gives its name.
public enum StrategyCatalogue {
  /// All entries, family by family.
  public static let all: [StructureDefinition] =
    singles + covered + synthetics + verticals + volatility + ratios + ladders + butterflies + condors + lizards + times
    + arbitrage + crypto

  /// Gives the entry with this id, alias or display name, nil where there is none.
  ///
  /// Capitals do not count, and spaces and underscores count as hyphens: `Iron Condor` is `iron-condor`.
  public static func lookup(_ name: some StringProtocol) -> StructureDefinition? {
    byName[normalised(name)].map { all[$0] }
  }

  /// Gives the entry with this id, alias or display name.
  ///
  /// - Throws: ``InstrumentError`` `.unknownStructure` with the nearest name there is.
  public static func named(_ name: some StringProtocol) throws(InstrumentError) -> StructureDefinition {
    guard let definition = lookup(name) else { throw .unknownStructure(String(name), nearest: nearest(to: name)) }
    return definition
  }

  /// The id or alias at the least edit distance; of several the first listed.
  static func nearest(to name: some StringProtocol) -> String {
    nearest(to: name, among: all.flatMap { [$0.id] + $0.aliases }) ?? ""
  }

  /// The one of `candidates` at the least edit distance; of several the first; nil where there are none.
  public static func nearest(to name: some StringProtocol, among candidates: [String]) -> String? {
    // Longer than any name is wrong in any case; the bound keeps the cost of a hostile one small.
    let found = Array(normalised(name.prefix(64)).utf8.prefix(64))
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let distance = editDistance(found, Array(candidate.utf8))
      if distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one text into the other.
  static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    // Optimal string alignment: three rows of the usual table.
    var older: [Int] = []
    var previous = Array(0...right.count)
    for i in left.indices {
      var row = [i + 1]
      for j in right.indices {
        var cost = min(previous[j + 1] + 1, row[j] + 1, previous[j] + (left[i] == right[j] ? 0 : 1))
        if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { cost = min(cost, older[j - 1] + 1) }
        row.append(cost)
      }
      (older, previous) = (previous, row)
    }
    return previous[right.count]
  }

  static func normalised(_ name: some StringProtocol) -> String {
    let bytes = name.utf8.map { byte -> UInt8 in
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): return byte + 32
      case UInt8(ascii: " "), UInt8(ascii: "_"): return UInt8(ascii: "-")
      default: return byte
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let byName: [String: Int] = {
    var names: [String: Int] = [:]
    for (index, entry) in all.enumerated() {
      for name in [entry.id, normalised(entry.displayName)] + entry.aliases where names[name] == nil {
        names[name] = index
      }
    }
    return names
  }()
}
