import Basics
import Instruments
import IsolatedMargin
import Kernels
import Pricing
import Scenarios

/// Turns rows of a table into sparse sums: where each leg's numbers stand, how many of them, and what the strategy cost.
struct BookPreparation: Sendable {
  /// By terms and instrument: the place of a row; negative where the market refuses the instrument.
  let places: [[Int32]]
  let margins: TableMargin
  let table: StrategyTable

  /// The strategies of a range; `order` and `groups` are left to whoever joins the ranges.
  func prepared(_ range: Range<Int>) -> BookPart {
    var part = BookPart(
      legs: [], margins: [], errors: [:], positions: [], hasOffsets: [], order: [], groups: [], sorted: [])
    part.margins.reserveCapacity(range.count)
    part.positions.reserveCapacity(range.count)
    for index in range {
      let margin: MarginFigures?
      do throws(PricingError) { margin = try margins.figures(table, index) } catch {
        margin = nil
        part.errors[index] = error
      }
      let isPlaced = addLegs(of: index, &part)
      part.margins.append(isPlaced ? margin : nil)
      part.positions.append(position(index, margin))
    }
    return part
  }

  /// - Returns: False where a leg has no row.
  private func addLegs(of index: Int, _ part: inout BookPart) -> Bool {
    let legs = table.legRange(index)
    let terms = Int(table.termsPlace(index))
    let settlement = table.terms[terms].settlement
    let scale = LegScale(table.legs[legs].lazy.map { ($0.quantity, $0.multiplier) })
    let linear = LinearRow(settlement: settlement)
    var (isPlaced, hasOffsets) = (true, false)
    for leg in table.legs[legs] {
      let place = places[terms][Int(leg.instrument)]
      var offset = 0.0
      if !table.instruments[Int(leg.instrument)].isOption {
        offset = linear.number(atSpot: leg.price.value)
        hasOffsets = true
      }
      isPlaced = isPlaced && place >= 0
      part.legs.append(
        BookSweep.Leg(
          row: place, ratio: scale.ratio(quantity: leg.quantity, multiplier: leg.multiplier), offset: offset))
    }
    part.hasOffsets.append(hasOffsets)
    return isPlaced
  }

  private func position(_ index: Int, _ margin: MarginFigures?) -> BookSweep.Position {
    let scale = LegScale(table.legs[table.legRange(index)].lazy.map { ($0.quantity, $0.multiplier) })
    let cost = (margin?.entryCost ?? 0) + (margin?.fees ?? 0)
    guard let posted = margin?.margin?.exact.doubleValue else {
      let none = -Double.infinity
      return BookSweep.Position(scale: scale.value, cost: cost, floors: (none, none, none, none))
    }
    let shares = BookFigures.thresholds
    return BookSweep.Position(
      scale: scale.value, cost: cost,
      floors: (-(shares[0] * posted), -(shares[1] * posted), -(shares[2] * posted), -(shares[3] * posted)))
  }
}
