import Analysis
import Basics
public import CBulkhead
import IsolatedMargin
import Pricing
import Scenarios

// swift-format-ignore: AlwaysUseLowerCamelCase
@c @implementation
public func bulkhead_stress(
  _ book: UnsafePointer<bulkhead_book>?, _ policy: UnsafePointer<bulkhead_policy>?,
  _ grid: UnsafePointer<bulkhead_grid>?, _ out: UnsafeMutablePointer<Double>?, _ flags: UnsafeMutablePointer<UInt8>?,
  _ rows: UnsafeMutablePointer<bulkhead_text>?, _ message: UnsafeMutablePointer<bulkhead_text>?
) -> Int32 {
  unsafe answer(message) { claims throws(CallFailure) in
    let strategies = unsafe try StrategyRows(book, &claims)
    let plan = unsafe try claims.plan(policy, on: strategies.market)
    let grid = unsafe try claims.grid(grid)
    let scenarios = Int64(grid.count) + 1
    let (cells, overflow) = (6 * scenarios).multipliedReportingOverflow(by: Int64(strategies.count))
    guard !overflow else { throw .badArgument("strategy count: found \(strategies.count), wanted fewer") }
    let out = unsafe try claims.output(out, cells, "out")
    let flags = unsafe try claims.optionalOutput(flags, scenarios * Int64(strategies.count), "flags")
    let target = unsafe try claims.text(rows, "rows")
    try claims.check()
    guard let market = strategies.market else { throw .badArgument("found no market, wanted one that values the legs") }
    var analyzer = StressAnalyzer(market: market, grid: grid, plan: plan)
    var refusals = RowRefusals()
    var rows = RowText(["status", "margin", "currency", "spot", "detail"])
    let width = Int(scenarios)
    for index in 0..<strategies.count {
      do throws(RowFailure) {
        let result: StressResult
        let strategy = try strategies.strategy(index)
        do { result = try analyzer.stress(strategy) } catch { throw RowFailure("\(error)") }
        let table = result.profitAndLoss
        let columns = [table.value, table.profit, table.delta, table.gamma, table.vega, table.theta]
        for (place, column) in columns.enumerated() {
          unsafe copy(column, to: out, at: (6 * index + place) * width, count: width)
        }
        if let flags = unsafe flags {
          for scenario in 0..<width {
            unsafe flags[index * width + scenario] = UInt8(clamping: table.flags[scenario].rawValue)
          }
        }
        rows.row([
          result.margin.status.rawValue, result.margin.marginText, strategy.currency.code,
          result.spot.map { "\($0)" } ?? "", result.margin.detail,
        ])
      } catch {
        refusals.add(row: index, error.reason)
        for cell in (6 * index * width)..<(6 * (index + 1) * width) { unsafe out[cell] = .nan }
        if let flags = unsafe flags {
          for scenario in 0..<width { unsafe flags[index * width + scenario] = UInt8(BULKHEAD_NO_NUMBER) }
        }
        rows.row([MarginStatus.invalid.rawValue, "", "", "", error.reason])
      }
    }
    unsafe try TextOutput.deliver(rows, to: target)
    return refusals
  }
}

private func copy(_ column: [Double], to out: UnsafeMutableBufferPointer<Double>, at place: Int, count: Int) {
  unsafe column.withUnsafeBufferPointer { column in
    guard let from = column.baseAddress, let to = out.baseAddress, column.count == count else { return }
    unsafe (to + place).update(from: from, count: count)
  }
}

extension MemoryClaims {
  /// The nodes of a grid.
  fileprivate mutating func grid(_ pointer: UnsafePointer<bulkhead_grid>?) throws(CallFailure) -> ScenarioGrid {
    let grid = unsafe try value(pointer, "grid")
    let spots = unsafe try axis(grid.spot_shifts, grid.spot_count, "spot shifts")
    let volatilities = unsafe try axis(grid.volatility_shifts, grid.volatility_count, "volatility shifts")
    let days = unsafe try axis(grid.days, grid.day_count, "days")
    do {
      return unsafe try ScenarioGrid(
        spotShifts: spots, volatilityShifts: volatilities, days: days,
        isVolatilityRelative: grid.is_volatility_relative != 0, skewShift: grid.skew_shift,
        curvatureShift: grid.curvature_shift, dynamics: grid.is_sticky_delta != 0 ? .stickyDelta : .stickyStrike)
    } catch { throw .refused("\(error)") }
  }

  private mutating func axis(
    _ pointer: UnsafePointer<Double>?, _ count: Int64, _ name: String
  ) throws(CallFailure) -> [Double] {
    guard count <= Int64(ScenarioGrid.nodeLimit) else {
      throw .badArgument("\(name): found \(count) nodes, wanted at most \(ScenarioGrid.nodeLimit)")
    }
    return unsafe Array(try input(pointer, count, name))
  }
}
