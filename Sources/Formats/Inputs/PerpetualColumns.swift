/// The columns of a file of perpetuals, by what they hold; nil where the file has no such column.
struct PerpetualColumns: Sendable {
  let id: Int?
  let kind: Int
  let side: Int
  let quantity: Int
  let entryPrice: Int
  let margin: Int
  let maintenanceRate: Int?
  let maintenanceAmount: Int?
  let maintenanceBasis: Int?
  let feeRate: Int?
  let fundingPaid: Int?
  let warnings: [String]

  /// The columns in the order in which such a file is written.
  static let names = [
    "id", "kind", "side", "quantity", "entry_price", "margin", "maintenance_rate", "maintenance_amount",
    "maintenance_basis", "fee_rate", "funding_paid",
  ]

  /// The columns that say of a row what a venue's rules would say of it.
  var ownRules: [String] {
    [
      (maintenanceRate, "maintenance_rate"), (maintenanceAmount, "maintenance_amount"),
      (maintenanceBasis, "maintenance_basis"), (feeRate, "fee_rate"),
    ].compactMap { $0.0 == nil ? nil : $0.1 }
  }

  /// Finds the columns.
  ///
  /// - Parameter hasVenue: True where a venue gives the tiers: then the maintenance rate may be left out too.
  init(_ reader: borrowing CSVReader, hasVenue: Bool) throws(FormatError) {
    let required = ["kind", "side", "quantity", "entry_price", "margin"]
    let columns = try CSVColumns(
      reader, required: required + (hasVenue ? [] : ["maintenance_rate"]), known: PerpetualColumns.names)
    id = columns["id"]
    // The five are required, so that they are there.
    kind = columns["kind"] ?? 0
    side = columns["side"] ?? 0
    quantity = columns["quantity"] ?? 0
    entryPrice = columns["entry_price"] ?? 0
    margin = columns["margin"] ?? 0
    maintenanceRate = columns["maintenance_rate"]
    maintenanceAmount = columns["maintenance_amount"]
    maintenanceBasis = columns["maintenance_basis"]
    feeRate = columns["fee_rate"]
    fundingPaid = columns["funding_paid"]
    warnings = columns.warnings
  }
}
