import Basics
import Instruments
import IsolatedMargin
import Kernels
import MarketData
import Pricing
import Scenarios

/// Turns rows of a table into sparse sums: where each leg's numbers stand, how many of them, and what the strategy cost.
struct BookPreparation: Sendable {
  /// By terms and instrument: the place of a row; negative where the market refuses the instrument.
  let places: [[Int32]]
  let margins: TableMargin
  let table: StrategyTable

  /// The strategies of a range, in their order; errors by place within it.
  func prepared(_ range: Range<Int>) -> BookPart {
    var part = BookPart()
    part.margins.reserveCapacity(range.count)
    part.positions.reserveCapacity(range.count)
    for index in range {
      let margin: MarginFigures?
      do throws(PricingError) { margin = try margins.figures(table, index) } catch {
        margin = nil
        part.errors[index - range.lowerBound] = error
      }
      part.firstLegs.append(Int32(truncatingIfNeeded: part.legs.count))
      let (scale, isPlaced) = addLegs(of: index, &part)
      part.margins.append(isPlaced ? margin : nil)
      part.positions.append(BookPreparation.position(scale: scale, margin))
    }
    return part
  }

  /// - Returns: The legs' scale, and false where a leg has no row.
  private func addLegs(of index: Int, _ part: inout BookPart) -> (scale: Double, isPlaced: Bool) {
    let legs = table.legRange(index)
    let terms = Int(table.termsPlace(index))
    let linear = LinearRow(settlement: table.terms[terms].settlement)
    let scale = LegScale(count: legs.count) { index in
      let leg = table.legs[legs.lowerBound + index]
      return (leg.quantity, leg.multiplier)
    }
    var (isPlaced, hasOffsets) = (true, false)
    for leg in table.legs[legs] {
      let place = places[terms][Int(leg.instrument)]
      let isLinear = !table.instruments[Int(leg.instrument)].isOption
      hasOffsets = hasOffsets || isLinear
      isPlaced = isPlaced && place >= 0
      part.legs.append(
        BookSweep.Leg(
          row: place, ratio: scale.ratio(quantity: leg.quantity, multiplier: leg.multiplier),
          offset: isLinear ? linear.number(atSpot: leg.price.value) : 0))
    }
    part.hasOffsets.append(hasOffsets)
    return (scale.value, isPlaced)
  }

  /// Adds accounts' positions, each as one sum of units; what was closed has no leg.
  ///
  /// - Parameter place: The place of a leg's row.
  static func prepared(
    _ positions: [NetPosition], place: (NetLeg, StrategyTable.Terms) throws(PricingError) -> Int32,
    reserve: PerpetualReserve, plan: ClosingPlan?, market: MarketState
  ) -> BookPart {
    var part = BookPart()
    for (index, position) in positions.enumerated() {
      part.firstLegs.append(Int32(truncatingIfNeeded: part.legs.count))
      let open = position.openLegs
      let scale = LegScale(count: open.count) { open[$0] }
      var (margin, hasOffsets): (MarginFigures?, Bool) = (nil, false)
      do throws(PricingError) {
        let linear = LinearRow(settlement: position.terms.settlement)
        for leg in position.legs where leg.quantity != 0 {
          let quantity = Quantity(count: Int64(clamping: leg.quantity))
          hasOffsets = hasOffsets || leg.key.entry != nil
          part.legs.append(
            BookSweep.Leg(
              row: try place(leg, position.terms),
              ratio: scale.ratio(quantity: quantity, multiplier: leg.key.multiplier),
              offset: leg.key.entry.map { linear.number(atSpot: $0.value) } ?? 0))
        }
        // Last, so that a position with a leg that has no row has no figures and is not swept.
        margin = try position.figures(reserve: reserve, plan: plan, market: market)
      } catch { part.errors[index] = error }
      part.hasOffsets.append(hasOffsets)
      part.margins.append(margin)
      part.positions.append(BookPreparation.position(scale: scale.value, margin))
    }
    return part
  }

  private static func position(scale: Double, _ margin: MarginFigures?) -> BookSweep.Position {
    let cost = (margin?.entryCost ?? 0) + (margin?.fees ?? 0)
    guard let posted = margin?.margin.map(PostedMargin.init) else {
      let none = -Double.infinity
      return BookSweep.Position(scale: scale, cost: cost, floors: (none, none, none, none))
    }
    let shares = BookFigures.thresholds
    return BookSweep.Position(
      scale: scale, cost: cost,
      floors: (posted.floor(shares[0]), posted.floor(shares[1]), posted.floor(shares[2]), posted.floor(shares[3])))
  }
}
