/// The columns of an account script.
struct AccountScriptColumns: Sendable {
  let seq: Int
  let time: Int
  let command: Int
  /// A script of cash alone needs none of these.
  let instrument: Int?
  let quantity: Int?
  let price: Int?
  let amount: Int?
  let warnings: [String]

  static let names = ["seq", "time", "command", "instrument", "quantity", "price", "amount"]

  init(_ reader: borrowing CSVReader) throws(FormatError) {
    let columns = try CSVColumns(
      reader, required: Array(AccountScriptColumns.names.prefix(3)), known: AccountScriptColumns.names)
    // The three are required, so that they are there.
    seq = columns["seq"] ?? 0
    time = columns["time"] ?? 0
    command = columns["command"] ?? 0
    instrument = columns["instrument"]
    quantity = columns["quantity"]
    price = columns["price"]
    amount = columns["amount"]
    warnings = columns.warnings
  }
}
