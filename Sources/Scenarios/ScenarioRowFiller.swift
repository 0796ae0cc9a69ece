import Basics
import Instruments
import Kernels
import MarketData
import Pricing

/// Writes the numbers of one row at a time; rows are apart, so that several threads may write at once.
struct ScenarioRowFiller: Sendable {
  let market: MarketState
  let scenarios: ScenarioSet
  let selected: [Int]
  let pricer: OptionPricer
  let contents: [ScenarioRows.Content]
  let contracts: [ResolvedContract]
  /// The nodes, counted from 0, that the slab holds.
  let nodes: Range<Int>
  let slab: RowMemory
  let unshocked: RowMemory
  let chosen: RowMemory?

  func fill(_ row: Int) {
    let numbers = unsafe slab.row(row)
    let now: Double
    switch contents[row] {
    case .contract(let index, let settlement):
      let contract = contracts[index]
      guard let underlying = market[contract.underlying] else { return }
      let spot = underlying.spot.value
      var revaluer = ContractRevaluer(
        contract, spot: spot, surface: underlying.surface, scenarios: scenarios, pricer: pricer)
      unsafe revalue(&revaluer, into: numbers)
      let value = revaluer.unshocked(.value)[0]
      if settlement == .coin {
        let (spots, first) = (revaluer.spots, nodes.lowerBound)
        for node in 0..<nodes.count { unsafe numbers[node] /= spots[(first + node) % spots.count] }
      }
      now = settlement == .coin ? value / spot : value
    case .linear(let symbol, let settlement):
      let spot = market[symbol]?.spot.value ?? 0
      let linear = LinearRow(settlement: settlement)
      let rowOfSpots = scenarios.spotShifts(of: symbol).map { linear.number(atSpot: spot * (1 + $0)) }
      let first = nodes.lowerBound
      for node in 0..<nodes.count { unsafe numbers[node] = rowOfSpots[(first + node) % rowOfSpots.count] }
      now = linear.number(atSpot: spot)
    }
    if let covers = scenarios.covers {
      for (place, node) in nodes.enumerated() {
        unsafe numbers[place] = ScenarioCover.counted(numbers[place], of: now, covers[node])
      }
    }
    unsafe unshocked.row(row)[0] = now
    slab.pad(row, count: nodes.count)
    unshocked.pad(row, count: 1)
    choose(row)
  }

  private func revalue(_ revaluer: inout ContractRevaluer, into numbers: UnsafeMutablePointer<Double>) {
    for piece in scenarios.pieces(of: nodes) {
      guard piece.places != nil else {
        var block = unsafe MutableSpan(
          _unsafeStart: numbers + (piece.nodes.lowerBound - nodes.lowerBound), count: piece.count)
        _ = revaluer.revalue(.value, piece, into: &block)
        continue
      }
      var values = [Double](repeating: 0, count: piece.count)
      var block = values.mutableSpan
      _ = revaluer.revalue(.value, piece, into: &block)
      for (index, value) in values.enumerated() { unsafe numbers[piece.node(index) - nodes.lowerBound] = value }
    }
  }

  /// Copies what the slab holds of the selected scenarios.
  private func choose(_ row: Int) {
    guard let chosen else { return }
    let first = 1 + nodes.lowerBound
    let end = 1 + nodes.upperBound
    let from = unsafe slab.row(row)
    let to = unsafe chosen.row(row)
    for (place, scenario) in selected.enumerated() {
      if scenario == 0 {
        unsafe to[place] = unshocked.row(row)[0]
      } else if scenario >= first, scenario < end {
        unsafe to[place] = from[scenario - first]
      }
    }
    chosen.pad(row, count: selected.count)
  }
}
