/// The columns of a book, by what they hold; nil where the file has no such column.
struct BookColumns: Sendable {
  let strategy: Int
  let quantity: Int
  let price: Int
  let kind: Int?
  let underlying: Int?
  let expiry: Int?
  let strike: Int?
  let multiplier: Int?
  let settlement: Int?
  let fee: Int?
  let account: Int?
  let currency: Int?
  let payout: Int?
  let exercise: Int?
  let instrument: Int?
  let warnings: [String]

  /// The columns in the order in which a book is written.
  static let names = [
    "strategy", "kind", "underlying", "expiry", "strike", "quantity", "price", "multiplier", "settlement", "fee",
    "account", "currency", "payout", "exercise", "instrument",
  ]

  /// Finds the columns.
  ///
  /// Required are strategy, quantity and price, and either kind, underlying, expiry and strike or, in their place,
  /// instrument. A column whose cells have a default when they are empty (multiplier, settlement, fee and the optional
  /// ones) may be left out as a whole. Price may not: options without their premiums are rarely meant.
  init(_ reader: borrowing CSVReader) throws(FormatError) {
    let terms = ["kind", "underlying", "expiry", "strike"]
    let hasInstrument = reader.columns.contains("instrument")
    let columns = try CSVColumns(
      reader, required: ["strategy"] + (hasInstrument ? [] : terms) + ["quantity", "price"], known: BookColumns.names)
    // The three are required, so that they are there.
    strategy = columns["strategy"] ?? 0
    quantity = columns["quantity"] ?? 0
    price = columns["price"] ?? 0
    kind = columns["kind"]
    underlying = columns["underlying"]
    expiry = columns["expiry"]
    strike = columns["strike"]
    multiplier = columns["multiplier"]
    settlement = columns["settlement"]
    fee = columns["fee"]
    account = columns["account"]
    currency = columns["currency"]
    payout = columns["payout"]
    exercise = columns["exercise"]
    instrument = columns["instrument"]
    warnings = columns.warnings
  }
}
