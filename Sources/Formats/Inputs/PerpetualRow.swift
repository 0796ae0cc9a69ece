import Basics
import IsolatedMargin

/// One row of a file of perpetuals, with everything checked that a cell can say wrong.
struct PerpetualRow {
  let position: PerpetualPosition
  let terms: PerpetualTerms

  /// - Parameter venue: What holds where a cell is empty or its column missing.
  init(_ cells: RowCells, _ columns: PerpetualColumns, venue: PerpetualVenue?) throws(RowError) {
    let kind = try PerpetualRow.word(cells, columns.kind, "kind", PerpetualKind.self)
    if let venue, venue.kind != kind {
      throw cells.error(columns.kind, "kind", wanted: "\(venue.kind.rawValue), the contracts of \(venue.name)")
    }
    let side = try PerpetualRow.word(cells, columns.side, "side", PositionSide.self)
    let quantity = try PerpetualRow.number(cells, columns.quantity, "quantity", .positive)
    let price = try PerpetualRow.number(cells, columns.entryPrice, "entry_price", .positive)
    let margin = try PerpetualRow.number(cells, columns.margin, "margin", .nonNegative)
    let paid = try PerpetualRow.optional(cells, columns.fundingPaid, "funding_paid", .any) ?? .zero
    do throws(IsolatedMarginError) {
      position = try PerpetualPosition(
        kind: kind, side: side, quantity: quantity, entryPrice: price, margin: margin, fundingPaid: paid)
    } catch { throw cells.error(columns.quantity, "quantity", message: error.description) }
    terms = try PerpetualRow.terms(cells, columns, venue)
  }

  private static func terms(
    _ cells: RowCells, _ columns: PerpetualColumns, _ venue: PerpetualVenue?
  ) throws(RowError) -> PerpetualTerms {
    let rate = try optional(cells, columns.maintenanceRate, "maintenance_rate", .share)
    let amount = try optional(cells, columns.maintenanceAmount, "maintenance_amount", .nonNegative)
    let fee = try optional(cells, columns.feeRate, "fee_rate", .share)
    var basis: MaintenanceBasis?
    if let column = columns.maintenanceBasis, !cells.isEmpty(column) {
      basis = try word(cells, column, "maintenance_basis", MaintenanceBasis.self)
    }
    guard let rate else {
      guard let tiers = venue?.tiers else {
        throw cells.error(columns.maintenanceRate, "maintenance_rate", wanted: Domain.share.wanted)
      }
      // Half of a line is no line: an amount belongs to the rate of its tier.
      if amount != nil {
        throw cells.error(
          columns.maintenanceRate, "maintenance_rate", wanted: "the rate that belongs to the maintenance amount")
      }
      return try make(cells, columns, tiers, basis, fee, venue)
    }
    let tiers: MaintenanceTiers
    do throws(IsolatedMarginError) { tiers = try MaintenanceTiers(rate: rate, amount: amount ?? .zero) } catch {
      throw cells.error(columns.maintenanceRate, "maintenance_rate", message: error.description)
    }
    return try make(cells, columns, tiers, basis, fee, venue)
  }

  private static func make(
    _ cells: RowCells, _ columns: PerpetualColumns, _ tiers: MaintenanceTiers, _ basis: MaintenanceBasis?,
    _ fee: ExactAmount?, _ venue: PerpetualVenue?
  ) throws(RowError) -> PerpetualTerms {
    do throws(IsolatedMarginError) {
      return try PerpetualTerms(
        tiers: tiers, basis: basis ?? venue?.basis ?? .mark, exitFee: fee ?? venue?.exitFee ?? .zero,
        exitFeeBasis: venue?.exitFeeBasis ?? .mark)
    } catch { throw cells.error(columns.feeRate ?? columns.maintenanceRate, "fee_rate", message: error.description) }
  }

  // MARK: Cells

  private enum Domain {
    case any
    case positive
    case nonNegative
    case share

    var wanted: String {
      switch self {
      case .any: return "a number"
      case .positive: return "a number above 0"
      case .nonNegative: return "a number of 0 or more"
      case .share: return "a share of 0 or more, below 1"
      }
    }

    func holds(_ value: ExactAmount) -> Bool {
      switch self {
      case .any: return true
      case .positive: return value > .zero
      case .nonNegative: return value >= .zero
      case .share: return value >= .zero && value < .one
      }
    }
  }

  private static func word<Word: RawRepresentable & CaseIterable>(
    _ cells: RowCells, _ column: Int, _ name: String, _ type: Word.Type
  ) throws(RowError) -> Word where Word.RawValue == String {
    for word in Word.allCases where cells.isEqual(column, word.rawValue) { return word }
    throw cells.error(column, name, wanted: Word.allCases.map(\.rawValue).joined(separator: " or "))
  }

  private static func optional(
    _ cells: RowCells, _ column: Int?, _ name: String, _ domain: Domain
  ) throws(RowError) -> ExactAmount? {
    guard let column, !cells.isEmpty(column) else { return nil }
    return try number(cells, column, name, domain)
  }

  private static func number(
    _ cells: RowCells, _ column: Int, _ name: String, _ domain: Domain
  ) throws(RowError) -> ExactAmount {
    let value: ExactAmount
    if let count = cells.count(column) {
      value = ExactAmount(count: count, decimals: 8)
    } else {
      // Plain decimals of any length that the exact numbers read; a fraction is no cell of a table.
      let text = cells.text(column) ?? ""
      guard !text.utf8.contains(UInt8(ascii: "/")), let parsed = try? ExactAmount(parsing: text) else {
        throw cells.error(column, name, wanted: domain.wanted)
      }
      value = parsed
    }
    guard domain.holds(value) else { throw cells.error(column, name, wanted: domain.wanted) }
    return value
  }
}
