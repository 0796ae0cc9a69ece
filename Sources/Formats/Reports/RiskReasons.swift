import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// Why a strategy's loss has an end, or has none, in words: from the two tails and the worst corner of its payoff.
///
/// The words are those of the certificate: a payoff that is straight from strike to strike is least at a corner unless it
/// falls for ever, and both are seen from quantities and strikes alone, without a model.
struct RiskReasons {
  private let analysis: StrategyAnalysis
  private let units: PageUnits

  init(_ analysis: StrategyAnalysis) {
    self.analysis = analysis
    units = PageUnits(analysis)
  }

  /// A heading for the sentences.
  var heading: String {
    switch analysis.margin.riskClass {
    case .defined: "Why this risk is defined"
    case .wholeUnderlying: "Why the loss has an end"
    case .unbounded: "Why the loss has no end"
    case .timeDependent: "What the loss depends on"
    }
  }

  /// Sentences without markup, in the order of the argument; empty for several expiries, whose proof has its own words.
  var sentences: [String] {
    let margin = analysis.margin
    guard let loss = margin.maximumLoss, loss.policy == .heldToExpiry else { return [] }
    let several = loss.certificates.count > 1
    var words = loss.certificates.flatMap { sentences(of: $0, named: several) }
    if case .bounded(let bound) = loss { words.append(sum(bound, several: several)) }
    return words
  }

  private func sentences(of certificate: LossCertificate, named: Bool) -> [String] {
    let tails =
      certificate.settlement == .quote
      ? [rise(certificate), fall(certificate)] : [coinFall(certificate), coinRise(certificate)]
    let words = tails + (certificate.least.map { [corner(certificate, $0)] } ?? [])
    return named ? words.map { "\(FigureText.plain(certificate.underlying)): \($0)" } : words
  }

  /// Contracts in units of the underlying that gain or lose with a rise: calls, and the underlying or what stands for it.
  private func held(_ certificate: LossCertificate) -> (long: ExactAmount, short: ExactAmount, what: String) {
    var (long, short, hasLinear, hasCalls) = (ExactAmount.zero, ExactAmount.zero, false, false)
    for leg in analysis.filled.legs where leg.instrument.underlying == certificate.underlying {
      switch leg.instrument {
      case .option(let contract) where contract.right == .put: continue
      case .digital: continue
      case .option: hasCalls = true
      case .future, .perpetual, .underlying: hasLinear = true
      }
      if leg.units.sign > 0 { long += leg.units } else { short -= leg.units }
    }
    return (long, short, hasLinear ? (hasCalls ? "calls and the underlying" : "the underlying") : "calls")
  }

  private func short(_ amount: ExactAmount) -> String { PageBuilder.short(amount) }

  private func beyond(_ certificate: LossCertificate) -> String {
    guard let last = certificate.vertices.last?.price, last.sign > 0 else { return "Up" }
    return "Up, beyond \(short(last))"
  }

  private func rise(_ certificate: LossCertificate) -> String {
    let (long, sold, what) = held(certificate)
    let slope = certificate.slopeAtEnd
    let start = "\(beyond(certificate)): "
    switch slope.sign {
    case 0:
      return start
        + (sold.isZero && long.isZero
          ? "nothing held gains or loses with a rise"
          : "\(what), \(short(long)) long against \(short(sold)) short, cancel, so that no further rise gains or loses")
        + "."
    case 1...:
      return start
        + "\(what), \(short(long)) long against \(short(sold)) short, gain \(short(slope)) \(units.code) for each "
        + "\(units.quoteCode) of a rise, so that a rise costs nothing."
    default:
      guard !analysis.isUnboundedByFees else {
        return start + "the delivery fee, a share of the price, grows without end."
      }
      return start
        + "\(what), \(short(sold)) short against \(short(long)) long, lose \(short(-slope)) \(units.code) for each "
        + "\(units.quoteCode) of a rise, and a price can rise without end."
    }
  }

  private func fall(_ certificate: LossCertificate) -> String {
    let atZero = certificate.vertices.first?.value.map { " There the payoff is \(short($0 + certificate.constant))." }
    return "Down: a price cannot fall below 0, so every fall has an end." + (atZero ?? "")
  }

  private func coinFall(_ certificate: LossCertificate) -> String {
    let slope = certificate.slopeAtEnd
    switch slope.sign {
    case 0:
      return
        "Down, to 0: what the legs owe and own in \(units.quoteCode) cancels below the lowest strike, so no fall costs more."
    case 1...:
      return
        "Down, to 0: the legs own \(short(slope)) \(units.quoteCode) more than they owe, which buys ever more coin."
    default:
      return
        "Down, to 0: the legs owe \(short(-slope)) \(units.quoteCode), and a fixed sum of \(units.quoteCode) costs ever more "
        + "coin as the price falls."
    }
  }

  private func coinRise(_ certificate: LossCertificate) -> String {
    let limit = certificate.vertices.first?.right.map {
      " It tends to \(short($0 + certificate.constant)) \(units.code)."
    }
    return "Up: in coin a payoff cannot exceed one coin for each unit, however far the price rises." + (limit ?? "")
  }

  private func corner(_ certificate: LossCertificate, _ least: PayoffExtreme) -> String {
    let count = certificate.vertices.count
    let straight = certificate.settlement == .quote ? "the payoff is straight" : "the payoff is straight in 1/price"
    let place = least.price.map { "at \(short($0))" } ?? "as the price goes to infinity"
    let corners = count == 1 ? "its one corner" : "one of its \(count) corners"
    return "Between, \(straight) from strike to strike, so it is least at \(corners): \(short(least.payoff)) "
      + "\(units.code) \(place)\(least.isAttained ? "" : ", as a limit")."
  }

  private func sum(_ bound: MaximumLoss.Bound, several: Bool) -> String {
    let parts =
      "Entry cost \(short(bound.entryCost)) and fees \(short(bound.fees)) less the least payoff "
      + "\(short(bound.leastPayoff))\(several ? " of all together" : "") make \(short(bound.loss)) \(units.code)"
    guard let margin = analysis.margin.margin else { return parts + "." }
    if bound.loss.sign < 0 {
      return parts + ": a profit at expiry, whatever the price"
        + (margin.minorUnits > 0 ? "; \(margin.text) is brought and comes back with it." : ".")
    }
    let equal = try? Money(rounding: bound.loss, to: analysis.currency, .up)
    guard equal == margin else {
      return parts + " at expiry; the margin of \(margin.text) holds \(collateral) beside it."
    }
    let posted = parts + "; posted as a margin of \(margin.text) it is all that can be lost at expiry"
    return posted + (reservations.isEmpty ? "." : ". Not in it: \(reservations.joined(separator: ", ")).")
  }

  /// What a margin above the loss holds.
  private var collateral: String {
    let reserve = analysis.margin.reserve.map { $0.minorUnits != 0 } ?? false
    return reserve ? "the reserve for basis and funding" : "what is locked until expiry and comes back"
  }

  /// What can be lost beside the payoff at expiry.
  private var reservations: [String] {
    var words: [String] = []
    if !analysis.margin.earlyAssignment.terms.isEmpty { words.append("what early assignment adds") }
    let hasPerpetual = analysis.filled.legs.contains { leg in
      if case .perpetual = leg.instrument { true } else { false }
    }
    if hasPerpetual { words.append("funding and basis of the perpetual") }
    let isShort = analysis.filled.legs.contains { leg in
      if case .underlying = leg.instrument { leg.quantity < .zero } else { false }
    }
    if isShort { words.append("dividends that shares held short owe") }
    return words
  }
}
