import Basics
import Instruments
import Kernels
import MarketData
public import Pricing

/// P&L alone: what pictures and summaries want, without the derivatives.
extension ScenarioEngine {
  /// The P&L of a strategy of the book: value less entry cost less fees, scenario 0 first.
  ///
  /// The digits are those of ``ProfitAndLoss/profit``; nothing is kept for another strategy.
  /// - Throws: ``PricingError`` `.unknownUnderlying`.
  /// - Complexity: One valuation a node and leg, without its derivatives.
  public func profit(of strategy: ResolvedStrategy) throws(PricingError) -> [Double] {
    var sum = [Double](repeating: 0, count: scenarios.count + 1)
    for (leg, filled) in zip(strategy.legs, strategy.filled.legs) {
      let symbol = filled.instrument.underlying
      switch leg.exposure {
      case .contract(let index):
        let values = try values(of: book.contracts[index], strategy.settlement)
        var span = sum.mutableSpan
        Reductions.add(leg.ratio, times: values.span, to: &span)
      case .linear(let entry):
        guard let spot = strategy.spots[symbol] else { continue }
        addLinear(leg, of: symbol, entry: entry, spot: spot, strategy.settlement, to: &sum)
      }
    }
    let (scale, cost) = (strategy.scale, strategy.entryCost + strategy.fees)
    for scenario in sum.indices { sum[scenario] = sum[scenario] * scale - cost }
    return sum
  }

  private func values(
    of contract: ResolvedContract, _ settlement: Settlement
  ) throws(PricingError) -> [Double] {
    guard let underlying = market[contract.underlying] else {
      throw .unknownUnderlying(contract.underlying, known: market.underlyings.map(\.symbol))
    }
    let spot = underlying.spot.value
    var revaluer = ContractRevaluer(
      contract, spot: spot, surface: underlying.surface, scenarios: scenarios, pricer: pricer)
    var values = revaluer.values()
    if settlement == .coin {
      let spots = revaluer.spots
      values[0] /= spot
      for node in 1..<values.count { values[node] /= spots[(node - 1) % spots.count] }
    }
    guard let covers = scenarios.covers else { return values }
    for (node, cover) in covers.enumerated() {
      values[1 + node] = ScenarioCover.counted(values[1 + node], of: values[0], cover)
    }
    return values
  }

  /// Adds a linear leg, whose value is a multiple of what ``LinearRow`` says, to sums of scenarios.
  func addLinear(
    _ leg: ResolvedLeg, of underlying: String, entry: Double, spot: Double, _ settlement: Settlement,
    to sum: inout [Double]
  ) {
    let row = LinearRow(settlement: settlement)
    let offset = row.number(atSpot: entry)
    let shifts = scenarios.spotShifts(of: underlying)
    let unshocked = row.number(atSpot: spot)
    for scenario in sum.indices {
      let shocked = scenario == 0 ? spot : spot * (1 + shifts[(scenario - 1) % shifts.count])
      let number = ScenarioCover.counted(row.number(atSpot: shocked), of: unshocked, scenarios.cover(scenario))
      sum[scenario] = sum[scenario].addingProduct(leg.ratio, number - offset)
    }
  }
}
