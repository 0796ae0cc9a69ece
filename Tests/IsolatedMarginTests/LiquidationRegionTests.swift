import Basics
import Instruments
import IsolatedMargin
import Pricing
import TestSupport
import Testing

@Suite("Liquidation regions")
struct LiquidationRegionTests {
  private func numbers(_ cell: String?) -> [Double] { (cell ?? "").split(separator: ";").compactMap { Double($0) } }

  @Test("Every worked region: bounds, certificate and sensitivities")
  func worked() throws {
    let rows = try Fixture("Liquidation/bounds.csv").rows
    #expect(rows.count == 26)
    for row in rows {
      let name = "\(row["case"] ?? ""), \(row["days"] ?? "") days at \(row["volatility"] ?? "")"
      let strategy = try filled(legs(row["legs"] ?? ""))
      let deposit = try amount(row["deposit"] ?? "") + amount(row["credit"] ?? "")
      let share = try amount(row["requirement_of_spot"] ?? "")
      let maintenance: any MaintenanceModel = share.isZero ? NoMaintenance() : SpotOnce(share: share)
      let box = try box(
        strategy, deposit: "\(deposit)", maintenance: maintenance, spot: row.number("spot"), days: row.number("days"),
        volatility: row.number("volatility"))
      let region = box.region()
      let bounds = numbers(row["bounds"])
      #expect(region.prices.count == bounds.count, "\(name): \(region)")
      for (found, wanted) in zip(region.prices, bounds) { #expect(abs(found - wanted) < 1e-9 * wanted, "\(name)") }
      #expect(region.certificate.strength == "proved", "\(name)")
      if share.isZero, row["payoff_sign_changes"] == "0" { #expect(region.certificate == .cashRule) }
    }
  }
}
