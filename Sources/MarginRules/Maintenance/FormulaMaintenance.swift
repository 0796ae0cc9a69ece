import Basics
import Instruments
public import IsolatedMargin
import Pricing

extension MaximumLossRule: MaintainedRule {
  /// Cash alone against the worst payoff: no price moves it. The gains of linear legs, which the balance counts, are taken
  /// out again.
  public func maintenanceModel(for inputs: RuleInputs) -> any MaintenanceModel {
    let (rule, asked) = (self, inputs)
    return RuleMaintenance(
      rule, text: "liquidation when cash, without any gain, falls below the worst payoff at expiry", balance: .cash
    ) { inputs throws(IsolatedMarginError) in
      guard case .bounded(let bound) = try asked.maximumLoss() else {
        throw .badInput(
          "maintenance by \(rule.name)", found: "an unbounded loss", wanted: "a strategy with a maximum loss")
      }
      var line = MaintenanceLine(constant: .zero - min(bound.leastCash, .zero))
      for leg in inputs.strategy.legs where !leg.instrument.isOption {
        switch inputs.settlement {
        case .quote: line = line + MaintenanceLine(constant: .zero - leg.units * leg.price, slope: leg.units)
        case .coin:
          let entry = leg.units.divided(by: leg.price) ?? .zero
          line = line + MaintenanceLine(constant: entry, slope: .zero - leg.units)
        }
      }
      return .terms([try MaintenanceTerm("worst payoff", greatestOf: [line])])
    }
  }
}

extension ShortOptionSchedule {
  /// The maintenance of a short option: its line, or its two where a put's mark may decide; nil for anything else.
  func maintenanceTerm(
    of position: MaintenanceInputs.Position, settlement: Settlement
  ) throws(IsolatedMarginError) -> MaintenanceTerm? {
    guard case .option(let contract) = position.instrument, position.units < .zero else { return nil }
    let size = position.units.magnitude
    let mark = MaintenanceLine.Mark(leg: position.leg, share: size)
    var lines: [MaintenanceLine]
    switch contract.right {
    case .call: lines = [.ofSpot(maintenanceCall * factor, units: size, settlement: settlement, marks: [mark])]
    case .put:
      lines = [
        .ofSpot(maintenancePut * factor, units: size, settlement: settlement, marks: [mark]),
        MaintenanceLine(
          marks: [MaintenanceLine.Mark(leg: position.leg, share: size * (.one + maintenancePutMark * factor))]),
      ]
    }
    return try MaintenanceTerm("short \(position.instrument)", greatestOf: lines)
  }
}

extension LinearSchedule {
  /// The maintenance of a future or perpetual; nil where the rate of an inverse one grows with its size, since coins are
  /// N/S there and the requirement is no line in 1/S.
  func maintenanceTerm(
    of position: MaintenanceInputs.Position, settlement: Settlement
  ) throws(IsolatedMarginError) -> MaintenanceTerm? {
    let size = position.units.magnitude
    let growth = settlement == .coin ? ExactAmount.zero : maintenance.perCoin * size
    guard settlement == .quote || maintenance.perCoin.isZero else { return nil }
    let rate = min(maintenance.base + growth, .one)
    return try MaintenanceTerm("\(position.instrument)", greatestOf: [MaintenanceLine(slope: rate * size)])
  }
}

extension StandardMarginRule: MaintainedRule {
  public func maintenanceModel(for inputs: RuleInputs) -> any MaintenanceModel {
    let rule = self
    return RuleMaintenance(
      rule,
      text: "liquidation when cash and the gains of futures fall below a share of the underlying and the mark of each "
        + "short option", balance: .cash
    ) { inputs throws(IsolatedMarginError) in
      var terms: [MaintenanceTerm] = []
      for position in inputs.positions {
        guard let rates = rule.rates[position.instrument.underlying] else {
          throw RuleMaintenance.refusal(rule, position, "one of \(rule.rates.names)")
        }
        switch position.instrument {
        case .option:
          if let term = try rates.options.maintenanceTerm(of: position, settlement: inputs.settlement) {
            terms.append(term)
          }
        case .future, .perpetual:
          guard let term = try rates.linear?.maintenanceTerm(of: position, settlement: inputs.settlement) else {
            throw RuleMaintenance.refusal(rule, position, "a future with a rate that does not grow with N/S")
          }
          terms.append(term)
        case .digital, .underlying: throw RuleMaintenance.refusal(rule, position, "options and futures")
        }
      }
      return .terms(terms)
    }
  }
}

extension OpynNakedRule: MaintainedRule {
  /// The bound is that of the market's moment: it falls as time passes, so that later the vault is safer than this says.
  public func maintenanceModel(for inputs: RuleInputs) -> any MaintenanceModel {
    let rule = self
    var bounds: [Instrument: ExactAmount] = [:]
    for position in inputs.positions { bounds[position.instrument] = bound(of: position, inputs) }
    let known = bounds
    return RuleMaintenance(
      rule,
      text: "liquidation when cash falls below the bound of the time value and the intrinsic value at a shocked spot",
      balance: .cash
    ) { inputs throws(IsolatedMarginError) in
      var terms: [MaintenanceTerm] = []
      for position in inputs.positions {
        guard case .option(let contract) = position.instrument else {
          throw RuleMaintenance.refusal(rule, position, "options")
        }
        guard position.units < .zero else { continue }
        guard let bound = known[position.instrument], (contract.right == .put) == (inputs.settlement == .quote) else {
          throw RuleMaintenance.refusal(rule, position, "puts in quote currency, calls in coin, within the table")
        }
        // ub min(K, sS) + max(K - sS, 0) is the greater of ub K and K - (1 - ub) sS, for ub is at most 1; a call's is the
        // same with 1 for K and sK/S for sS.
        let size = position.units.magnitude
        let value = contract.right == .put ? contract.strike.exact : .one
        let slope = (.one - bound) * rule.shock * (contract.right == .put ? .one : contract.strike.exact)
        terms.append(
          try MaintenanceTerm(
            "short \(position.instrument)",
            greatestOf: [
              MaintenanceLine(constant: size * bound * value),
              MaintenanceLine(constant: size * value, slope: .zero - size * slope),
            ]))
      }
      return .terms(terms)
    }
  }
}

extension DeriveStandardRule: MaintainedRule {
  /// The most expiries whose two ways are combined.
  private static let expiryLimit = 6

  /// Forwards keep their present ratio to the spot.
  public func maintenanceModel(for inputs: RuleInputs) -> any MaintenanceModel {
    let rule = self
    var ratios: [Instrument: ExactAmount] = [:]
    for position in inputs.positions { ratios[position.instrument] = position.forward.divided(by: position.spot) }
    let forwardRatios = ratios
    return RuleMaintenance(
      rule,
      text:
        "liquidation when cash and the gains of futures fall below, of each expiry, the better of the isolated short "
        + "options and the worst settlement", balance: .cash
    ) { inputs throws(IsolatedMarginError) in
      guard inputs.settlement == .quote else {
        throw .badInput("maintenance by \(rule.name)", found: "coin settlement", wanted: "a dollar account")
      }
      var common: [MaintenanceTerm] = []
      var groups: [(expiry: Expiry, underlying: String, positions: [MaintenanceInputs.Position])] = []
      for position in inputs.positions {
        guard let rates = rule.rates[position.instrument.underlying] else {
          throw RuleMaintenance.refusal(rule, position, "one of \(rule.rates.names)")
        }
        switch position.instrument {
        case .option(let contract):
          let place = groups.firstIndex {
            $0.underlying == contract.underlying && $0.expiry.isSameSettlement(as: contract.expiry)
          }
          if let place {
            groups[place].positions.append(position)
          } else {
            groups.append((contract.expiry, contract.underlying, [position]))
          }
        case .future, .perpetual:
          if let term = try rates.linear.maintenanceTerm(of: position, settlement: .quote) { common.append(term) }
        case .underlying:
          guard position.units > .zero else { throw RuleMaintenance.refusal(rule, position, "a coin that is held") }
          common.append(
            try MaintenanceTerm(
              "\(position.instrument)",
              greatestOf: [MaintenanceLine(slope: position.units * (.one - rates.coinShare))]))
        case .digital: throw RuleMaintenance.refusal(rule, position, "vanilla options")
        }
      }
      let sold = groups.filter { group in group.positions.contains { $0.units < .zero } }
      guard sold.count <= Self.expiryLimit else {
        throw .badInput(
          "maintenance by \(rule.name)", found: "\(sold.count) expiries", wanted: "at most \(Self.expiryLimit)")
      }
      var sums = [common]
      for group in sold {
        guard let rates = rule.rates[group.underlying] else { continue }
        var isolated: [MaintenanceTerm] = []
        for position in group.positions {
          if let term = try rates.options.maintenanceTerm(of: position, settlement: .quote) { isolated.append(term) }
        }
        let worst = try Self.worstSettlement(group.positions, rates, forwardRatios)
        sums = sums.flatMap { [$0 + isolated, $0 + [worst]] }
      }
      return sums.count == 1 ? .terms(common) : .least(sums)
    }
  }

  private static func worstSettlement(
    _ positions: [MaintenanceInputs.Position], _ rates: Rates, _ ratios: [Instrument: ExactAmount]
  ) throws(IsolatedMarginError) -> MaintenanceTerm {
    func payoff(at price: ExactAmount) -> ExactAmount {
      positions.reduce(.zero) { sum, position in
        guard case .option(let contract) = position.instrument else { return sum }
        let strike = contract.strike.exact
        return sum + position.units * max(.zero, contract.right == .call ? price - strike : strike - price)
      }
    }
    let prices = [ExactAmount.zero] + positions.compactMap { $0.instrument.strike?.exact }
    let least = prices.map(payoff).min() ?? .zero
    let calls = positions.filter {
      if case .option(let contract) = $0.instrument { contract.right == .call } else { false }
    }
    let netCalls = calls.reduce(ExactAmount.zero) { $0 + $1.units }
    let ratio = calls.first.flatMap { ratios[$0.instrument] } ?? .one
    let slope = max(.zero, .zero - netCalls) * rates.unpairedMaintenance * ratio
    return try MaintenanceTerm(
      "worst settlement", greatestOf: [MaintenanceLine(constant: max(.zero, .zero - least), slope: slope)])
  }
}
