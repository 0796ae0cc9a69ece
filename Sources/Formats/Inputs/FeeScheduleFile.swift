import Basics
import Instruments
public import Pricing

/// Finds and reads a named fee schedule.
enum FeeScheduleFile {
  /// Reads the schedule that `text` names: a file where it ends in `.yaml`, taken from `folder`; else a name, looked for
  /// as `Rulebooks/fees/NAME.yaml` beside and above `folder`, under `Data` in the current folder, and in `dataFolders`.
  ///
  /// - Throws: ``FormatError`` from inside the schedule's file, or `missing` where there is none.
  static func schedule(
    _ text: String, folder: String, dataFolders: [String], missing: FormatError
  ) throws(FormatError) -> FeeSchedule {
    if text.hasSuffix(".yaml") || text.hasSuffix(".json") {
      let path = text.hasPrefix("/") ? text : folder + text
      return try read(YAMLDocument(bytes: try WholeFile.bytes(of: path), file: path).root)
    }
    guard text.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) || $0 == UInt8(ascii: "-") }) else {
      throw missing
    }
    var folders: [String] = []
    var above = folder
    // From the strategy's folder upward: Data/Strategies finds Data/Rulebooks.
    for _ in 0..<4 {
      folders += [above, above + "Data/"]
      above += "../"
    }
    folders.append("Data/")
    folders += dataFolders.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
    for folder in folders {
      let path = "\(folder)Rulebooks/fees/\(text).yaml"
      let bytes: [UInt8]
      do { bytes = try WholeFile.bytes(of: path) } catch .noInput { continue } catch { throw error }
      return try read(YAMLDocument(bytes: bytes, file: path).root)
    }
    throw missing
  }

  /// Every schedule of `Rulebooks/fees` in the folders, by its name; of one name the first found.
  static func all(in dataFolders: [String]) throws(FormatError) -> [String: FeeSchedule] {
    var schedules: [String: FeeSchedule] = [:]
    for folder in dataFolders.map({ ($0.hasSuffix("/") ? $0 : $0 + "/") + "Rulebooks/fees" }) {
      for file in try RulebookShelf.names(in: folder, endings: [".yaml"]) {
        let path = "\(folder)/\(file)"
        let name = WholeFile.stem(of: path)
        guard schedules[name] == nil else { continue }
        schedules[name] = try read(YAMLDocument(bytes: try WholeFile.bytes(of: path), file: path).root)
      }
    }
    return schedules
  }

  private static func read(_ root: YAMLValue) throws(FormatError) -> FeeSchedule {
    try root.allow([
      "name", "effective", "source", "currency", "underlyings", "option_trade", "option_delivery", "future_trade",
    ])
    let effective = try root.required("effective", "the date from which it holds").parsed("a date") {
      try CalendarDate(parsing: $0)
    }
    var trade: OptionTradeFee?
    if let block = root["option_trade"] {
      if let amount = block["per_contract"] {
        var code = try root.required("currency", "a currency")
        if let own = block["currency"] { code = own }
        let currency = try code.parsed("a currency") { try Currency($0) }
        try block.allow(["per_contract", "currency"])
        let fee = try amount.parsed("an amount of 0 or more") { try Money(parsing: $0, currency: currency) }
        guard fee.minorUnits >= 0 else { throw amount.error(wanted: "an amount of 0 or more") }
        trade = .perContract(fee)
      } else {
        let fee = try payoffFee(block, cap: "cap_share_of_premium")
        trade = .underlyingShare(rate: fee.rate, cap: fee.cap)
      }
    }
    let delivery = try root["option_delivery"].map { (block) throws(FormatError) in
      try payoffFee(block, cap: "cap_share_of_value")
    }
    return FeeSchedule(
      name: try root.required("name", "its name").string("its name"), effective: effective,
      source: root["source"]?.text ?? "", underlyings: try underlyings(root), optionTrade: trade,
      optionDelivery: delivery,
      futureTrade: try root["future_trade"].map { (block) throws(FormatError) in
        try block.allow(["rate", "of"], of: "notional")
        let rate = try block.required("rate", "a share of the notional")
        let fee = try share(rate)
        guard fee < .one else { throw rate.error(wanted: "a share of 0 or more, below 1") }
        return fee
      })
  }

  /// What the schedule is for; empty where it does not say.
  private static func underlyings(_ root: YAMLValue) throws(FormatError) -> [String] {
    guard let listed = root["underlyings"] else { return [] }
    var symbols: [String] = []
    for item in try listed.items() { symbols.append(try item.string("an underlying such as BTC")) }
    // A list of none would be taken for any.
    guard !symbols.isEmpty else { throw listed.error(found: "an empty list", wanted: "the underlyings it is for") }
    return symbols
  }

  private static func payoffFee(_ block: YAMLValue, cap: String) throws(FormatError) -> PayoffFee {
    try block.allow(["rate", "of", cap], of: "underlying")
    let rate = try share(try block.required("rate", "a share of the underlying"))
    var limit = ExactAmount.one
    if let value = block[cap] { limit = try share(value) }
    guard let fee = PayoffFee(rate: rate, cap: limit) else {
      throw block.error(found: "rate \(rate), cap \(limit)", wanted: "0 <= rate < 1 and 0 < cap <= 1")
    }
    return fee
  }

  private static func share(_ value: YAMLValue) throws(FormatError) -> ExactAmount {
    let share = try value.parsed("a share between 0 and 1") { try ExactAmount(parsing: $0) }
    guard share >= .zero, share <= .one else { throw value.error(wanted: "a share between 0 and 1") }
    return share
  }
}

extension YAMLValue {
  /// Refuses keys that are none of `known`, and a base under `of` that is not the one the fee is taken of.
  fileprivate func allow(_ known: [String], of base: String? = nil) throws(FormatError) {
    for entry in try entries() where !known.contains(entry.key) {
      throw entry.value.error(found: "key '\(entry.key)'", wanted: known.joined(separator: ", "))
    }
    if let base, let stated = self["of"], stated.text != base { throw stated.error(wanted: base) }
  }
}

extension FeeTerms {
  /// What a wrong name of a schedule is answered with.
  static let wantedSchedule =
    "a schedule's file (.yaml), or the name of one in Rulebooks/fees beside or above the strategy, in the current "
    + "folder's Data or the program's: deribit, us-per-contract"

  /// Reads fees from the command line: `deribit`, `my-broker.yaml`, or `12.40,6.20` for entry and exit totals.
  ///
  /// - Throws: ``FormatError``.
  public static func named(_ text: String, dataFolders: [String] = []) throws(FormatError) -> FeeTerms {
    let refusal = FormatError.malformed(
      SourceLocation(file: "--fees", line: 1, column: 1), found: "'\(text.prefix(60))'",
      wanted: "ENTRY,EXIT or \(wantedSchedule)")
    if let totals = try totals(text, refusal) { return totals }
    return .schedule(
      try FeeScheduleFile.schedule(text, folder: "", dataFolders: dataFolders, missing: refusal))
  }

  /// `12.40,6.20` or `12.40`; nil for what is no amount at all, and so may be a name.
  static func totals(_ text: String, _ refusal: FormatError) throws(FormatError) -> FeeTerms? {
    guard text.contains(",") || text.utf8.first.map({ (48...57).contains($0) }) == true else { return nil }
    var totals: [ExactAmount] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let amount = try? Price(parsing: part), amount >= .zero else { throw refusal }
      totals.append(amount.exact)
    }
    guard totals.count <= 2 else { throw refusal }
    return .totals(entry: totals[0], exit: totals.count == 2 ? totals[1] : .zero)
  }
}
