import Basics
public import IsolatedMargin

/// Reads the maintenance rule that `--maintenance` names.
public enum MaintenanceText {
  /// A rule chosen by a bare word; a rule of a venue's book is one more line.
  public static let named: [(name: String, model: any MaintenanceModel)] = [("none", NoMaintenance())]

  /// What is accepted, for messages.
  public static var wanted: String {
    (named.map(\.name) + [
      "margin=SHARE", "spot=SHARE", "spot=SHARE+mark", "spot=SHARE+mark,cash", "FILE.yaml of tiers",
    ])
    .joined(separator: ", ")
  }

  /// Reads `none`, `margin=0.5`, `spot=7.5%`, `spot=7.5%+mark`, `spot=7.5%+mark,cash`, or a file of tiers.
  ///
  /// - Throws: ``FormatError`` for anything else, for a share outside 0 to 1 and from inside the file.
  public static func model(_ text: String) throws(FormatError) -> any MaintenanceModel {
    if let known = named.first(where: { $0.name == text }) { return known.model }
    if text.hasSuffix(".yaml") || text.hasSuffix(".json") { return try tiers(file: text) }
    let refusal = FormatError.malformed(
      SourceLocation(file: "--maintenance", line: 1, column: 1), found: "'\(text.prefix(60))'", wanted: wanted)
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { throw refusal }
    do {
      switch parts[0] {
      case "margin":
        guard let share = share(parts[1]) else { throw refusal }
        return try MarginShareMaintenance(share: share)
      case "spot":
        var rest = parts[1]
        var balance = MaintenanceBalance.equity
        if rest.hasSuffix(",cash") {
          balance = .cash
          rest = rest.dropLast(5)
        }
        let hasMarks = rest.hasSuffix("+mark")
        if hasMarks { rest = rest.dropLast(5) }
        guard let share = share(rest) else { throw refusal }
        return try SpotShareMaintenance(share: share, hasMarks: hasMarks, balance: balance)
      default: throw refusal
      }
    } catch { throw refusal }
  }

  /// `7.5%` or `0.075`.
  private static func share(_ text: some StringProtocol) -> ExactAmount? {
    let (digits, isPercent) = NumberText.shareText(String(text))
    guard !digits.contains("/"), let number = try? ExactAmount(parsing: digits) else { return nil }
    return isPercent ? number * ExactAmount(count: 1, decimals: 2) : number
  }

  /// A file with `name`, `tiers` (each `notional` from which it holds, and `rate`) and optional `short_options: true`.
  private static func tiers(file: String) throws(FormatError) -> any MaintenanceModel {
    let root = try YAMLDocument(bytes: try WholeFile.bytes(of: file), file: file).root
    for entry in try root.entries() where !["name", "source", "tiers", "short_options"].contains(entry.key) {
      throw entry.value.error(found: "key '\(entry.key)'", wanted: "name, source, tiers, short_options")
    }
    let list = try root.required("tiers", "a list of tiers")
    var rates: [(from: ExactAmount, rate: ExactAmount)] = []
    for item in try list.items() {
      let notional = try item.required("notional", "a notional").parsed("an amount") { try ExactAmount(parsing: $0) }
      let rate = try item.required("rate", "a rate").parsed("a rate") { try ExactAmount(parsing: $0) }
      rates.append((notional, rate))
    }
    var includesOptions = false
    if let flag = root["short_options"] {
      guard let text = flag.text, ["true", "false"].contains(text) else { throw flag.error(wanted: "true or false") }
      includesOptions = text == "true"
    }
    do {
      return TieredMaintenance(
        name: root["name"]?.text ?? "tiers", tiers: try MaintenanceTiers(rates), includesShortOptions: includesOptions)
    } catch { throw list.error(found: "\(error)", wanted: "tiers from notional 0 with rising notionals and rates") }
  }
}
