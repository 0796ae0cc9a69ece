import Basics
import Instruments
public import IsolatedMargin

extension UnitedStatesRule: MaintainedRule {
  /// The maintenance of the strategies that are least at the present spot: their division stays while spot moves.
  ///
  /// Another division may be cheaper at another spot, so the requirement is never understated, and a price at which the
  /// account is safe by this model is safe by the rule. Three things are taken on that side as well: a strangle counts the
  /// greater of its two shares of the underlying whatever the marks, no loan is given on a long option, and shares beyond
  /// the last whole contract stand alone. Cash and the gains of shares are compared with it; marks are in it.
  public func maintenanceModel(for inputs: RuleInputs) -> any MaintenanceModel {
    let rule = self
    let reason = reasonAgainst(inputs)
    let groups = inputs.positionsByUnderlying.map { underlying, positions in
      (
        underlying: underlying,
        position: StrategyPosition(
          underlying, positions, isLongTerm: { rule.rates.isLongTerm($0, asOf: inputs.asOf) })
      )
    }
    return RuleMaintenance(
      rule,
      text: "liquidation when cash and the gains of shares fall below the maintenance of the strategies that are least "
        + "at the present spot, a strangle by the greater of its two shares of the underlying, which may be more than "
        + "the rule asks", balance: .cash
    ) { inputs throws(IsolatedMarginError) in
      var terms: [MaintenanceTerm] = []
      let places = inputs.positions
      for group in groups {
        guard reason == nil, let position = group.position, let options = rule.rates.options[group.underlying] else {
          throw .badInput(
            "maintenance by \(rule.name)", found: "a strategy of which the rule does not speak",
            wanted: "options and shares in quote currency")
        }
        let charges = StrategyCharges(
          kind: .maintenance, rates: rule.rates, options: options, spot: position.spot)
        for match in StrategyMatcher(position, charges).matches {
          let term = StrategyMaintenance(match, charges)
          var marks: [MaintenanceLine.Mark] = []
          for leg in term.marked {
            guard let place = places.first(where: { $0.instrument == leg.instrument }) else {
              throw .badInput("maintenance by \(rule.name)", found: "no \(leg.instrument)", wanted: "the same legs")
            }
            marks.append(MaintenanceLine.Mark(leg: place.leg, share: match.units))
          }
          if let pieces = term.pieces(marks) { terms.append(try MaintenanceTerm(match.text, pieces: pieces)) }
        }
      }
      return .terms(terms)
    }
  }
}

/// One strategy's maintenance as a function of spot: straight lines between the spots at which its formula bends.
struct StrategyMaintenance {
  let match: StrategyMatcher.Match
  let charges: StrategyCharges

  init(_ match: StrategyMatcher.Match, _ charges: StrategyCharges) {
    self.match = match
    self.charges = charges
  }

  private var shorts: [StrategyPosition.Series] { match.legs.filter { $0.isShort && $0.right != nil } }

  /// The options whose marks the strategy counts.
  var marked: [StrategyPosition.Series] {
    switch match.strategy {
    case .nakedCall, .nakedPut, .shortStraddle, .shortStrangle: return charges.rates.account == .margin ? shorts : []
    default: return []
    }
  }

  /// For one unit at a spot, without marks.
  func amount(at spot: ExactAmount) -> ExactAmount {
    let charges = StrategyCharges(
      kind: .maintenance, rates: charges.rates, options: charges.options, spot: spot)
    func sum(_ parts: [StrategyCharges.Part]) -> ExactAmount {
      parts.reduce(.zero) { $1.name.hasSuffix("_mark") ? $0 : $0 + $1.amount }
    }
    let shares = match.legs.first { $0.right == nil }
    let short = shorts.first
    let long = match.legs.first { !$0.isShort && $0.right != nil }
    switch (match.strategy, shares, short, long) {
    case (.nakedCall, _, let short?, _), (.nakedPut, _, let short?, _): return sum(charges.naked(short))
    case (.shortStraddle, _, _, _), (.shortStrangle, _, _, _):
      return shorts.map { sum(charges.naked($0)) }.max() ?? .zero
    case (.longUnderlying, let shares?, _, _), (.shortUnderlying, let shares?, _, _):
      return sum(charges.underlying(shares))
    case (.coveredCall, let shares?, let short?, _), (.coveredPut, let shares?, let short?, _):
      return sum(charges.covered(shares, short))
    case (.protectivePut, let shares?, _, let long?), (.protectiveCall, let shares?, _, let long?):
      return sum(charges.protected(shares, long))
    case (.collar, let shares?, let short?, let long?): return sum(charges.collar(shares, put: long, call: short))
    case (.conversion, let shares?, let short?, _), (.reverseConversion, let shares?, let short?, _):
      return sum(charges.conversion(shares, short: short))
    default:
      // Spreads and what is made of them do not depend on spot; a loan on a long option is not counted.
      return max(.zero, match.parts.reduce(.zero) { $0 + $1.amount })
    }
  }

  /// All spots at which the formula may bend: strikes, the price of low shares, and where two of its lines meet.
  private var bends: [ExactAmount] {
    let rates = charges.rates
    let zero = ExactAmount.zero
    var lines: [(constant: ExactAmount, slope: ExactAmount)] = [
      (zero, zero), (zero, charges.options.rate), (zero, charges.options.minimum), (zero, rates.longMaintenance),
      (rates.shortMaintenance.perShare, zero), (zero, rates.shortMaintenance.rate),
      (rates.lowShortMaintenance.perShare, zero), (zero, rates.lowShortMaintenance.rate),
    ]
    var spots = [rates.lowPrice]
    for leg in match.legs where leg.right != nil {
      let strike = leg.strike
      spots.append(strike)
      let hedged = rates.hedgedStrikeRate * strike
      lines += [
        (zero - strike, charges.options.rate + .one), (strike, charges.options.rate - .one),
        (charges.options.minimum * strike, zero), (rates.longMaintenance * strike, zero), (hedged, zero),
        (hedged - strike, .one), (hedged + strike, zero - .one),
      ]
    }
    for (index, line) in lines.enumerated() {
      for other in lines[..<index] {
        if let spot = (other.constant - line.constant).divided(by: line.slope - other.slope) { spots.append(spot) }
      }
    }
    var ascending: [ExactAmount] = []
    for spot in spots.filter({ $0.sign > 0 }).sorted() where ascending.last != spot { ascending.append(spot) }
    return ascending
  }

  /// Nil where nothing is asked at any spot.
  func pieces(_ marks: [MaintenanceLine.Mark]) -> [MaintenanceTerm.Piece]? {
    var pieces: [MaintenanceTerm.Piece] = []
    var start = ExactAmount.zero
    for end in bends.map(Optional.some) + [nil] {
      let width = (end ?? start + ExactAmount(3)) - start
      guard let third = width.divided(by: ExactAmount(3)) else { continue }
      let (low, high) = (amount(at: start + third), amount(at: start + third + third))
      let slope = (high - low).divided(by: third) ?? .zero
      let line = MaintenanceLine(
        constant: (low - slope * (start + third)) * match.units, slope: slope * match.units, marks: marks)
      if let last = pieces.last, last.alternatives == [line] { pieces.removeLast() }
      pieces.append(MaintenanceTerm.Piece(end: end, [line]))
      start = end ?? start
    }
    let isNothing = pieces.count == 1 && pieces.first?.alternatives == [.zero]
    return isNothing ? nil : pieces
  }
}
