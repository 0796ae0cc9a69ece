public import Basics
public import Instruments
public import Pricing

/// What proves the least value at the first expiry of legs that expire on several days, whatever the model.
///
/// Backward from the last expiry, G being what the legs are worth at an expiry: its payoffs there and, of what comes later,
/// the discounted convex envelope at the forward (``ConvexEnvelope``, ``CarriedEnvelope``). The functions, vertex by vertex,
/// and the envelopes between them are a complete proof, which ``CertificateChecker`` verifies from the legs and the factors
/// alone. Source of the idea: Merton's bounds (1973) and the duality of martingale transport; envelopes are iterated, since
/// adding the envelopes of separate expiries would let each choose a price of its own.
///
/// An American option that is held is worth no less than a European one, and no less than its exercise pays at once. Either
/// bounds the whole: all such options as European ones, or all as exercised at the first expiry, whatever forwards and
/// dividends do after it (a call diagonal on a share, whose forwards are known from its quotes to within their spreads only, has
/// a bound by the second). The greater of the two least values is taken, and ``isExercisedAtFirst`` says which.
public struct EnvelopeCertificate: Hashable, Sendable {
  public let settlement: Settlement
  public let terms: ExpiryTerms
  /// The value at the first expiry. Its `least` is the proved one: nil where it falls for ever.
  public let first: LossCertificate
  /// One for each later expiry, ascending.
  public let stages: [Stage]
  /// The most that the legs can be worth at the first expiry, by the same way from above; nil without an upper bound.
  public let greatest: ExactAmount?
  /// True where American options held beyond the first expiry count at what their exercise pays there.
  public let isExercisedAtFirst: Bool

  /// A later expiry.
  public struct Stage: Hashable, Sendable {
    public let expiry: Expiry
    public let function: StageFunction
    public let envelope: ConvexEnvelope

    public init(expiry: Expiry, function: StageFunction, envelope: ConvexEnvelope) {
      self.expiry = expiry
      self.function = function
      self.envelope = envelope
    }
  }

  public init(
    settlement: Settlement, terms: ExpiryTerms, first: LossCertificate, stages: [Stage], greatest: ExactAmount?,
    isExercisedAtFirst: Bool = false
  ) {
    self.settlement = settlement
    self.terms = terms
    self.first = first
    self.stages = stages
    self.greatest = greatest
    self.isExercisedAtFirst = isExercisedAtFirst
  }

  /// Gives the least value at the first expiry of legs on one underlying.
  ///
  /// Perpetual and underlying legs are closed at the first expiry at its price; a dated future that ends later is closed
  /// there at its forward, undiscounted, as futures are settled day by day.
  ///
  /// - Throws: ``IsolatedMarginError`` `.badInput` where `terms` lack an expiry of the legs.
  /// - Complexity: O(n log n) exact operations for n legs.
  public init(
    of legs: [FilledLeg], settlement: Settlement, terms: ExpiryTerms
  ) throws(IsolatedMarginError) {
    let held = try EnvelopeCertificate(of: legs, settlement: settlement, terms: terms, isExercisedAtFirst: false)
    let exercised = try EnvelopeCertificate.exercised(legs, settlement: settlement, terms: terms)
    self = exercised.map { $0.isAbove(held.first.least) ? $0 : held } ?? held
  }

  /// The proof that counts American options held beyond the first expiry at what their exercise pays there; nil without any.
  static func exercised(
    _ legs: [FilledLeg], settlement: Settlement, terms: ExpiryTerms
  ) throws(IsolatedMarginError) -> EnvelopeCertificate? {
    guard legs.contains(where: { $0.isExercisable && (terms.index(of: $0.instrument) ?? 0) > 0 }) else { return nil }
    return try EnvelopeCertificate(of: legs, settlement: settlement, terms: terms, isExercisedAtFirst: true)
  }

  /// True where the least value proved here is above another; what falls for ever is below all.
  func isAbove(_ other: PayoffExtreme?) -> Bool {
    guard let least = first.least else { return false }
    return other.map { least.payoff > $0.payoff } ?? true
  }

  private init(
    of legs: [FilledLeg], settlement: Settlement, terms: ExpiryTerms, isExercisedAtFirst: Bool
  ) throws(IsolatedMarginError) {
    let groups = try StageLegs(legs, terms: terms, isExercisedAtFirst: isExercisedAtFirst)
    let payoffs = groups.legs.map { Payoff(of: $0, settlement: settlement) }
    let lower = EnvelopeCertificate.stages(of: payoffs, sign: .one, groups, settlement, terms)
    let upper = EnvelopeCertificate.stages(of: payoffs, sign: -ExactAmount.one, groups, settlement, terms)
    let constant = payoffs[0].constant
    let function = lower.first
    self.init(
      settlement: settlement, terms: terms,
      first: LossCertificate(
        underlying: terms.underlying, settlement: settlement, constant: constant, vertices: function.vertices,
        slopeAtStart: function.slopeAtStart, slopeAtEnd: function.slopeAtEnd,
        least: function.least(constant: constant, settlement: settlement)),
      stages: lower.stages,
      // Exercised, the legs have a value that they can exceed.
      greatest: isExercisedAtFirst
        ? nil : upper.first.least(constant: -constant, settlement: settlement).map { -$0.payoff },
      isExercisedAtFirst: isExercisedAtFirst)
  }

  private static func stages(
    of payoffs: [Payoff], sign: ExactAmount, _ groups: StageLegs, _ settlement: Settlement, _ terms: ExpiryTerms
  ) -> (first: StageFunction, stages: [Stage]) {
    var stages: [Stage] = []
    var later: CarriedEnvelope?
    for (index, step) in terms.steps.enumerated().reversed() {
      let function = StageFunction(payoffs[index + 1], sign: sign, later: later)
      let envelope = ConvexEnvelope(of: function)
      stages.append(Stage(expiry: step.expiry, function: function, envelope: envelope))
      later = CarriedEnvelope(envelope, by: step, in: settlement)
    }
    let slope = groups.forwardSlope(sign: sign, settlement, terms)
    return (StageFunction(payoffs[0], sign: sign, later: later, slope: slope), stages.reversed())
  }
}

/// Legs by the expiry at which they end under the policy of closing at the first.
struct StageLegs {
  /// One list for each expiry; the first holds what is closed there at its own price too.
  let legs: [[FilledLeg]]
  /// Dated futures that end later, with their place; they stand in the first list as well, as if they ended there.
  private let futures: [(place: Int, leg: FilledLeg)]

  init(_ all: [FilledLeg], terms: ExpiryTerms, isExercisedAtFirst: Bool) throws(IsolatedMarginError) {
    var legs = [[FilledLeg]](repeating: [], count: terms.steps.count + 1)
    var futures: [(Int, FilledLeg)] = []
    for leg in all {
      guard let index = terms.index(of: leg.instrument) else {
        throw .badInput(
          "expiries of \(terms.underlying)", found: "a leg of \(leg.instrument)",
          wanted: terms.expiries.map(\.description).joined(separator: ", "))
      }
      if leg.instrument.isOption {
        legs[isExercisedAtFirst && leg.isExercisable ? 0 : index].append(leg)
      } else {
        legs[0].append(leg)
        if index > 0 { futures.append((index, leg)) }
      }
    }
    self.legs = legs
    self.futures = futures
  }

  /// What the forwards of the dated futures add to a slope that takes each for the price itself, at its worst.
  ///
  /// A future gains u(F - entry) less a fee of rate x F for each unit, F = S Q/D; in coin N(1/entry - 1/F), 1/F = x D/Q.
  func forwardSlope(sign: ExactAmount, _ settlement: Settlement, _ terms: ExpiryTerms) -> ExactAmount {
    let steps = terms.stepsFromFirst
    var sum = ExactAmount.zero
    for (place, leg) in futures {
      let factors = steps[place - 1].factors(in: settlement)
      let fee = leg.units.magnitude * (leg.payoffFee?.rate ?? .zero)
      let slope = sign * (settlement == .quote ? leg.units - fee : -(leg.units + fee))
      sum += (factors.slope / factors.intercept).least(times: slope) - slope
    }
    return sum
  }
}

extension FilledLeg {
  /// True for an American option that is held: it can be exercised on any day.
  var isExercisable: Bool {
    guard case .option(let contract) = instrument else { return false }
    return contract.exercise == .american && units > .zero
  }
}
