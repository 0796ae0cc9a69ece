public import Basics
public import IsolatedMargin

/// How a venue liquidates an isolated position in one of its contracts, read from a dated file: every choice is data.
public struct PerpetualVenue: Hashable, Sendable {
  /// What `--venue` is given: `binance-btcusdt`.
  public let name: String
  /// For people.
  public let title: String
  /// The first day on which these numbers hold.
  public let effective: CalendarDate
  /// Who publishes the rule, and where.
  public let source: String
  public let kind: PerpetualKind
  /// The margin currency's name, in which tiers and amounts are.
  public let currency: String
  public let basis: MaintenanceBasis
  /// The fee of closing that liquidation counts with; nil where the venue's formula has none or the holder's own rate
  /// must be given.
  public let exitFee: ExactAmount?
  public let exitFeeBasis: ExitFeeBasis
  /// Nil where the file gives the formula only: rows must then state their rate.
  public let tiers: MaintenanceTiers?
  /// The least step of prices, on which liquidation prices are printed; nil for none.
  public let tick: ExactAmount?
}

extension PerpetualVenue {
  /// Reads the venue that `text` names: a file where it ends in `.yaml` or `.json`; else a name, looked for as
  /// `Rulebooks/perpetuals/NAME.yaml` under `Data` in the current folder and in `dataFolders`.
  ///
  /// - Returns: Nil where there is none of the name.
  /// - Throws: ``FormatError`` from inside the file, and `.noInput` for a file that is not there.
  public static func named(_ text: String, dataFolders: [String] = []) throws(FormatError) -> PerpetualVenue? {
    if text.hasSuffix(".yaml") || text.hasSuffix(".json") { return try PerpetualVenue(file: text) }
    let isName = text.utf8.allSatisfy {
      (48...57).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-")
    }
    for folder in isName ? ["Data/"] + dataFolders.map({ $0.hasSuffix("/") ? $0 : $0 + "/" }) : [] {
      do throws(FormatError) { return try PerpetualVenue(file: "\(folder)Rulebooks/perpetuals/\(text).yaml") } catch {
        guard case .noInput = error else { throw error }
      }
    }
    return nil
  }

  /// - Throws: ``FormatError``.
  public init(file: String) throws(FormatError) {
    let root = try YAMLDocument(bytes: try WholeFile.bytes(of: file), file: file).root
    let known = [
      "name", "title", "effective", "source", "kind", "currency", "basis", "exit_fee", "exit_fee_basis", "tiers",
      "tick",
    ]
    for entry in try root.entries() where !known.contains(entry.key) {
      throw entry.value.error(found: "key '\(entry.key)'", wanted: known.joined(separator: ", "))
    }
    name = try root.required("name", "its name").string("its name")
    title = try root.required("title", "a title").string("a title")
    effective = try root.required("effective", "the date from which it holds").parsed("a date") {
      try CalendarDate(parsing: $0)
    }
    source = try root.required("source", "who publishes it, and where").string("who publishes it, and where")
    kind = try root.required("kind", "linear or inverse").word(PerpetualKind.self)
    currency = try root.required("currency", "the margin currency").string("the margin currency")
    basis = try root.required("basis", "mark or entry").word(MaintenanceBasis.self)
    exitFee = try root["exit_fee"].map { (value) throws(FormatError) in try value.exactShare() }
    exitFeeBasis = try root["exit_fee_basis"]?.word(ExitFeeBasis.self) ?? .mark
    tick = try root["tick"].map { (value) throws(FormatError) in
      let tick = try value.parsed("a price step above 0") { try ExactAmount(parsing: $0) }
      guard tick > .zero else { throw value.error(wanted: "a price step above 0") }
      return tick
    }
    tiers = try root["tiers"].map { (value) throws(FormatError) in try PerpetualVenue.tiers(value) }
    // A fee and a rate that do not go together are the file's fault, and not a row's.
    if let tiers {
      do throws(IsolatedMarginError) { _ = try PerpetualTerms(tiers: tiers, exitFee: exitFee ?? .zero) } catch {
        throw root.error(found: error.description, wanted: "a fee and rates below 1 together")
      }
    }
  }

  /// Tiers `{from, rate}`, and `amount` where the venue prints it: it must be the one that continuity gives.
  private static func tiers(_ value: YAMLValue) throws(FormatError) -> MaintenanceTiers {
    let items = try value.items()
    var rows: [(from: ExactAmount, rate: ExactAmount)] = []
    for item in items {
      for entry in try item.entries("tiers {from, rate, amount}")
      where !["from", "rate", "amount"].contains(entry.key) {
        throw entry.value.error(found: "key '\(entry.key)'", wanted: "from, rate, amount")
      }
      let from = try item.required("from", "the notional above which it holds")
        .parsed("a notional") { try ExactAmount(parsing: $0) }
      rows.append((from, try item.required("rate", "a maintenance rate").exactShare()))
    }
    let tiers: MaintenanceTiers
    do throws(IsolatedMarginError) { tiers = try MaintenanceTiers(rows) } catch {
      throw value.error(found: error.description, wanted: "rates that do not fall, from 0 upward")
    }
    for (item, tier) in zip(items, tiers.tiers) {
      guard let stated = item["amount"] else { continue }
      let amount = try stated.parsed("an amount") { try ExactAmount(parsing: $0) }
      guard amount == tier.amount else {
        throw stated.error(wanted: "\(tier.amount), which makes maintenance continuous")
      }
    }
    return tiers
  }
}

extension YAMLValue {
  fileprivate func exactShare() throws(FormatError) -> ExactAmount {
    let share = try parsed("a share of 0 or more, below 1") { try ExactAmount(parsing: $0) }
    guard share >= .zero, share < .one else { throw error(wanted: "a share of 0 or more, below 1") }
    return share
  }
}
