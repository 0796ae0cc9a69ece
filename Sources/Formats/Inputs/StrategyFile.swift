public import Basics
public import Instruments
public import Pricing

/// What a strategy file asks for, before a market fills it.
public struct StrategyFile: Sendable {
  /// Legs written out, or a structure of the catalogue with its parameters.
  public enum Body: Sendable {
    case legs([StatedLeg])
    case structure(StatedStructure)
  }

  /// A leg as written: the instrument's name is read once the market is known.
  public struct StatedLeg: Sendable {
    public let quantity: Quantity
    public let instrument: String
    /// In settlement currency for options, in quote currency for others; nil: filled from the market.
    public let price: Price?
    /// Nil: the instrument's own.
    public let multiplier: Quantity?
    /// Where the leg stands.
    public let place: SourceLocation
  }

  /// The parameters of a structure, as written.
  public struct StatedStructure: Sendable {
    public let name: String
    public let underlying: String?
    public let expiries: [Expiry]
    public let placement: StructurePlacement
    public let quantity: Quantity
    /// Signed units of the underlying for each option; only for structures with a free hedge.
    public let hedge: Quantity?
    public let place: SourceLocation
  }

  public let name: String
  public let body: Body
  public let terms: AccountTerms
  public let warnings: [String]

  /// Reads a strategy (YAML or JSON).
  ///
  /// - Parameter dataFolders: Where named fee schedules are looked for, beside the file's own surroundings.
  /// - Throws: ``FormatError`` with file, line and column.
  public init(_ path: String, dataFolders: [String] = []) throws(FormatError) {
    try self.init(
      try YAMLDocument(bytes: try WholeFile.bytes(of: path), file: path).root, name: WholeFile.stem(of: path)
    ) { name, fees throws(FormatError) in
      try FeeScheduleFile.schedule(
        name, folder: WholeFile.folder(of: path), dataFolders: dataFolders,
        missing: fees.error(wanted: FeeTerms.wantedSchedule))
    }
  }

  /// Reads a strategy from a tree, whether a file or a request brought it.
  ///
  /// - Parameters:
  ///   - ownName: What it is called where it does not say.
  ///   - schedule: Finds the fee schedule of a name; the value is where the name stands.
  init(
    _ root: YAMLValue, name ownName: String, schedule: (String, YAMLValue) throws(FormatError) -> FeeSchedule
  ) throws(FormatError) {
    guard root.isMapping else { throw root.error(wanted: "a mapping with legs or a structure") }
    warnings =
      try root.unknownKeys(
        ["name", "settlement", "currency", "fees", "fill", "legs", "structure"] + StrategyFile.structureKeys)
      + StrategyFile.idleKeys(root)
    name = try root["name"]?.string("a name") ?? ownName
    let currency = try root["currency"].map { (value) throws(FormatError) in
      try value.parsed("a currency such as USD") { try Currency($0) }
    }
    terms = AccountTerms(
      settlement: try root["settlement"]?.word(Settlement.self), currency: currency,
      fees: try StrategyFile.fees(root, schedule), fill: try root["fill"]?.word(FillRule.self) ?? .worst)
    switch (root["legs"], root["structure"]) {
    case (let legs?, nil): body = .legs(try StrategyFile.legs(legs))
    case (nil, let structure?): body = .structure(try StrategyFile.structure(root, structure))
    case (.some, .some): throw root.error(found: "legs and a structure", wanted: "one of them")
    case (nil, nil): throw root.error(found: "neither legs nor a structure", wanted: "one of them")
    }
  }

  /// The parameters of a structure.
  private static let structureKeys = [
    "expiry", "expiries", "far_expiry", "strikes", "center", "centre", "widths", "deltas", "quantity", "underlying",
    "hedge",
  ]

  /// A warning for each parameter of a structure that stands beside legs, where nothing reads it.
  private static func idleKeys(_ root: YAMLValue) throws(FormatError) -> [String] {
    guard root["legs"] != nil else { return [] }
    return try root.entries().filter { structureKeys.contains($0.key) }.map { entry in
      "\(entry.value.file):\(entry.value.line): warning: key '\(entry.key)' is not read beside legs"
    }
  }

  private static func fees(
    _ root: YAMLValue, _ schedule: (String, YAMLValue) throws(FormatError) -> FeeSchedule
  ) throws(FormatError) -> FeeTerms {
    guard let fees = root["fees"] else { return .none }
    guard fees.isMapping else { return .schedule(try schedule(try fees.string("the name of a fee schedule"), fees)) }
    var totals = [ExactAmount.zero, .zero]
    for entry in try fees.entries() {
      guard let index = ["entry", "exit"].firstIndex(of: entry.key) else {
        throw entry.value.error(found: "key '\(entry.key)'", wanted: "entry or exit")
      }
      totals[index] = try entry.value.price("an amount of 0 or more").exact
      guard totals[index] >= .zero else { throw entry.value.error(wanted: "an amount of 0 or more") }
    }
    return .totals(entry: totals[0], exit: totals[1])
  }

  private static func legs(_ list: YAMLValue) throws(FormatError) -> [StatedLeg] {
    let items = try list.items()
    guard !items.isEmpty, items.count <= Strategy.legLimit else {
      throw list.error(found: "\(items.count) legs", wanted: "1 to \(Strategy.legLimit)")
    }
    var legs: [StatedLeg] = []
    for item in items {
      guard item.isMapping else { throw item.error(wanted: "a leg with quantity and instrument") }
      let quantity = try quantity(item.required("quantity", "a signed quantity"))
      let instrument = try item.required("instrument", "an instrument's name")
      var multiplier: Quantity?
      if let value = item["multiplier"] {
        multiplier = try self.quantity(value)
        guard multiplier.map({ $0 > .zero }) == true else { throw value.error(wanted: "a multiplier above 0") }
      }
      for entry in try item.entries() where !["quantity", "instrument", "price", "multiplier"].contains(entry.key) {
        throw entry.value.error(found: "key '\(entry.key)'", wanted: "quantity, instrument, price or multiplier")
      }
      legs.append(
        StatedLeg(
          quantity: quantity, instrument: try instrument.string("an instrument's name"),
          price: try item["price"]?.price("a price with at most 8 decimals"), multiplier: multiplier,
          place: SourceLocation(file: item.file, line: item.line, column: 1)))
    }
    return legs
  }

  private static func quantity(_ value: YAMLValue) throws(FormatError) -> Quantity {
    let quantity = try value.parsed("a quantity with at most 8 decimals") { try Quantity(parsing: $0) }
    guard !quantity.isZero else { throw value.error(wanted: "a quantity other than 0") }
    return quantity
  }

  private static func structure(_ root: YAMLValue, _ name: YAMLValue) throws(FormatError) -> StatedStructure {
    var expiries: [Expiry] = []
    for key in ["expiry", "expiries", "far_expiry"] {
      for item in try root[key]?.items() ?? [] {
        expiries.append(try item.parsed("an expiry such as 26DEC25 or 2025-12-26") { try Expiry(parsing: $0) })
      }
    }
    func prices(_ value: YAMLValue) throws(FormatError) -> [Price] {
      var prices: [Price] = []
      for item in try value.items() { prices.append(try item.price("a price")) }
      return prices
    }
    if let widths = root["widths"], root["center"] ?? root["centre"] == nil {
      throw widths.error(found: "widths without a center", wanted: "a key 'center'")
    }
    let placement: StructurePlacement
    switch (root["strikes"], root["center"] ?? root["centre"], root["deltas"]) {
    case (let strikes?, nil, nil): placement = .strikes(try prices(strikes))
    case (nil, let center?, nil):
      var widths: [Price] = []
      if let value = root["widths"] { widths = try prices(value) }
      placement = .center(try center.price("a price"), widths: widths)
    case (nil, nil, let deltas?):
      var targets: [Double] = []
      for item in try deltas.items() {
        let delta = try item.double("a delta between -1 and 1")
        guard delta.magnitude < 1, delta != 0 else { throw item.error(wanted: "a delta between -1 and 1, not 0") }
        targets.append(delta)
      }
      placement = .deltas(targets)
    case (nil, nil, nil): placement = .strikes([])
    default: throw root.error(found: "several of strikes, center and deltas", wanted: "one of them")
    }
    var quantity = Quantity.one
    if let value = root["quantity"] { quantity = try self.quantity(value) }
    var hedge: Quantity?
    if let value = root["hedge"] { hedge = try self.quantity(value) }
    return StatedStructure(
      name: try name.string("a structure's name"), underlying: try root["underlying"]?.string("a symbol"),
      expiries: expiries,
      placement: placement, quantity: quantity, hedge: hedge,
      place: SourceLocation(file: name.file, line: name.line, column: 1))
  }
}
