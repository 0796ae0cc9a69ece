import Basics
import Instruments
import Kernels
import MarketData
import Pricing

/// Writes the numbers of one row at a time; rows are apart, so that several threads may write at once.
struct ScenarioRowFiller: Sendable {
  let market: MarketState
  let grid: ScenarioGrid
  let selected: [Int]
  let pricer: OptionPricer
  let contents: [ScenarioRows.Content]
  let contracts: [ResolvedContract]
  /// The rows of the grid, days slowest, that the slab holds.
  let gridRows: Range<Int>
  let slab: RowMemory
  let unshocked: RowMemory
  let chosen: RowMemory?

  private var width: Int { grid.spotShifts.count }

  func fill(_ row: Int) {
    let count = gridRows.count * width
    let numbers = unsafe slab.row(row)
    switch contents[row] {
    case .contract(let index, let settlement):
      let contract = contracts[index]
      guard let underlying = market[contract.underlying] else { return }
      let spot = underlying.spot.value
      var revaluer = ContractRevaluer(
        contract, spot: spot, surface: underlying.surface, grid: grid, pricer: pricer)
      unsafe revalue(&revaluer, into: numbers)
      var now = revaluer.unshocked(.value)[0]
      if settlement == .coin {
        now /= grid.spot(0, from: spot)
        for node in 0..<count { unsafe numbers[node] /= revaluer.spots[node % width] }
      }
      unsafe unshocked.row(row)[0] = now
    case .linear(let symbol, let settlement):
      let spot = market[symbol]?.spot.value ?? 0
      let linear = LinearRow(settlement: settlement)
      let rowOfSpots = grid.spotShifts.map { linear.number(atSpot: spot * (1 + $0)) }
      for node in 0..<count { unsafe numbers[node] = rowOfSpots[node % width] }
      unsafe unshocked.row(row)[0] = linear.number(atSpot: grid.spot(0, from: spot))
    }
    slab.pad(row, count: count)
    unshocked.pad(row, count: 1)
    choose(row)
  }

  private func revalue(_ revaluer: inout ContractRevaluer, into numbers: UnsafeMutablePointer<Double>) {
    let rowsPerDay = grid.volatilityShifts.count
    var first = gridRows.lowerBound
    while first < gridRows.upperBound {
      let day = first / rowsPerDay
      let end = min(gridRows.upperBound, (day + 1) * rowsPerDay)
      let shifts = (first - day * rowsPerDay)..<(end - day * rowsPerDay)
      var block = unsafe MutableSpan(
        _unsafeStart: numbers + (first - gridRows.lowerBound) * width, count: shifts.count * width)
      _ = revaluer.revalue(.value, day: day, shifts: shifts, into: &block)
      first = end
    }
  }

  /// Copies what the slab holds of the selected scenarios.
  private func choose(_ row: Int) {
    guard let chosen else { return }
    let first = 1 + gridRows.lowerBound * width
    let end = 1 + gridRows.upperBound * width
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
