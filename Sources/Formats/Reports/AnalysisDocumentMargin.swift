import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// The exact branch of the document.
extension AnalysisDocument {
  var maximumLoss: JSONValue {
    let margin = analysis.margin
    var members: [(key: String, value: JSONValue)] = []
    switch margin.maximumLoss {
    case .bounded(let bound)?:
      members += [
        ("status", .string("bounded")), ("directions", .array([])), ("amount", .string(AmountText.up(bound.loss))),
        ("policy", .string(bound.policy.name)), ("least_payoff", .string("\(bound.leastPayoff)")),
      ]
    case .unbounded(let tails)?:
      members += [
        ("status", .string("unbounded")),
        ("directions", .array(tails.directions.map { .string($0.rawValue) })), ("amount", .null),
        ("policy", .string(tails.policy.name)), ("least_payoff", .null),
      ]
    case nil:
      members += [
        ("status", .string(margin.status.rawValue)), ("directions", .array([])), ("amount", .null), ("policy", .null),
        ("least_payoff", .null),
      ]
    }
    members += [
      ("is_attained", margin.isAttained.map { .bool($0) } ?? .null),
      (
        "binding_prices",
        .array(
          margin.bindingPrices.map { binding in
            .object(
              [("underlying", .string(binding.underlying))]
                + (binding.expiry.map { [("expiry", .string("\($0)"))] } ?? [])
                + [
                  ("price", AnalysisDocument.exact(binding.price)), ("is_attained", .bool(binding.isAttained)),
                ])
          })
      ), ("certificates", .array((margin.maximumLoss?.proofs ?? []).map(AnalysisDocument.proof))),
      ("bounding_hedges", .array(margin.boundingHedges.map(AnalysisDocument.hedge))), ("cheapest_wing", wing),
    ]
    return .object(members)
  }

  /// An amount that proves something: a decimal, or a fraction where it is none; never rounded.
  private static func exact(_ amount: ExactAmount?) -> JSONValue { .text(amount.map { "\($0)" }) }

  private static func proof(_ proof: LossProof) -> JSONValue {
    var members: [(key: String, value: JSONValue)] = [("underlying", .string(proof.underlying))]
    if let expiry = proof.expiry { members.append(("expiry", .string("\(expiry)"))) }
    if let certificate = proof.certificate { members += AnalysisDocument.members(certificate) }
    if case .envelope(let envelope) = proof {
      members.append(("later", .array(stages(envelope))))
      members.append(("is_exercised_at_first_expiry", .bool(envelope.isExercisedAtFirst)))
    }
    if case .band(let band) = proof { members += AnalysisDocument.members(band) }
    return .object(members)
  }

  private static func members(_ certificate: LossCertificate) -> [(key: String, value: JSONValue)] {
    [
      ("coordinate", .string(certificate.settlement == .quote ? "price" : "inverse_price")),
      // The payoff at a vertex is the constant and the value there together.
      ("constant", exact(certificate.constant)), ("vertices", vertices(certificate.vertices)),
      ("slope_at_start", exact(certificate.slopeAtStart)), ("slope_at_end", exact(certificate.slopeAtEnd)),
      ("least_payoff", exact(certificate.least?.payoff)), ("argmin_price", exact(certificate.least?.price)),
      ("is_attained", certificate.least.map { .bool($0.isAttained) } ?? .null),
    ]
  }

  /// A bound within a band of volatilities, with the boxes that prove it.
  private static func members(_ band: BandCertificate) -> [(key: String, value: JSONValue)] {
    [
      ("lower_volatility", .number(band.band.lower)), ("upper_volatility", .number(band.band.upper)),
      ("sharing", .string(band.band.sharing.rawValue)), ("least_payoff", exact(band.least?.payoff)),
      ("witness_price", exact(band.witness?.price)), ("witness_payoff", exact(band.witness?.value)),
      ("is_to_tolerance", .bool(band.isToTolerance)),
      (
        "boxes",
        .array(
          band.leaves.map { leaf in
            .object([
              ("low", .number(leaf.low)), ("high", .number(leaf.high.isFinite ? leaf.high : nil)),
              ("low_volatility", .number(leaf.lowVolatility)), ("high_volatility", .number(leaf.highVolatility)),
            ])
          })
      ),
    ]
  }

  private static func vertices(_ vertices: [PayoffVertex]) -> JSONValue {
    .array(
      vertices.map { vertex in
        .object([
          ("position", exact(vertex.position)), ("price", exact(vertex.price)), ("left", exact(vertex.left)),
          ("value", exact(vertex.value)), ("right", exact(vertex.right)),
        ])
      })
  }

  /// The later expiries of an envelope proof: function, envelope, and the factors that bring it to the expiry before.
  private static func stages(_ certificate: EnvelopeCertificate) -> [JSONValue] {
    zip(certificate.stages, certificate.terms.steps).map { stage, step in
      .object([
        ("expiry", .string("\(stage.expiry)")), ("vertices", vertices(stage.function.vertices)),
        (
          "envelope",
          .array(
            stage.envelope.points.map { point in
              .object([
                ("position", exact(point.position)), ("value", exact(point.value)),
                ("is_attained", .bool(point.isAttained)),
              ])
            })
        ), ("value_at_start", exact(stage.envelope.valueAtStart)), ("slope_at_end", exact(stage.envelope.slopeAtEnd)),
        ("discount", range(step.discount)), ("carry", range(step.carry)),
      ])
    }
  }

  private static func range(_ range: FactorRange) -> JSONValue { .array([exact(range.lower), exact(range.upper)]) }

  private static func hedge(_ hedge: BoundingHedge) -> JSONValue {
    .object([
      ("underlying", .string(hedge.underlying)), ("right", .string(hedge.right.rawValue)),
      ("strike", exact(hedge.strike)), ("held", exact(hedge.held)), ("extra", exact(hedge.extra)),
      ("total", exact(hedge.total)), ("ratio", exact(hedge.total.divided(by: hedge.held))),
    ])
  }

  private var wing: JSONValue {
    guard let wing = analysis.wing else { return .null }
    return .object([
      ("instrument", .string("\(Instrument.option(wing.contract))")), ("quantity", .string("\(wing.quantity)")),
      ("cost", .string(AmountText.up(wing.cost))), ("margin_with_it", .text(wing.margin?.text)),
    ])
  }

  var maximumProfit: JSONValue {
    let margin = analysis.margin
    let status: String
    if margin.maximumLoss == nil {
      status = margin.status.rawValue
    } else if margin.isProfitUnknown {
      status = "unknown"
    } else {
      status = margin.maxProfit == nil ? "unlimited" : "limited"
    }
    return .object([
      ("status", .string(status)), ("amount", .text(margin.maxProfit.map { AmountText.down($0) })),
    ])
  }

  var collateral: JSONValue {
    let margin = analysis.margin
    return .object([
      ("status", .string(margin.status.rawValue)), ("risk_class", .string(margin.riskClass.rawValue)),
      ("kind", .text(margin.collateral?.kind.rawValue)), ("margin", .text(margin.margin?.text)),
      ("requirement", .text(margin.requirement?.text)), ("reserve", .text(margin.reserve?.text)),
      ("return_on_margin", .number(analysis.returnOnMargin)), ("risk_to_reward", .number(analysis.riskToReward)),
    ])
  }

  var breakEvens: JSONValue {
    .array(
      analysis.breakEvens.map { item in
        .object([
          ("low", AnalysisDocument.exact(item.breakEven.low)), ("high", AnalysisDocument.exact(item.breakEven.high)),
          ("distance_from_spot", .number(item.relative)), ("distance_standard_deviations", .number(item.deviations)),
        ])
      })
  }

  var liquidation: JSONValue {
    let safety = analysis.margin.liquidationSafety
    return .object([
      ("is_never_liquidated", .bool(safety.isNeverLiquidated)),
      ("reasons", .array(safety.reasons.map { .string($0.rawValue) })),
      ("conditions", .array(safety.conditions.map { .string($0) })),
      ("present", presentLiquidation),
    ])
  }

  /// At the market's own moment and volatilities.
  private var presentLiquidation: JSONValue {
    guard let present = analysis.presentLiquidation else { return .null }
    return .object([
      ("deposit", .string(AmountText.down(present.deposit))), ("maintenance", .string(present.maintenance)),
      ("status", .string(present.prices.status.rawValue)),
      ("certificate", .string(present.prices.certificate.strength)),
      (
        "bands",
        .array(
          present.prices.bands.map { .object([("lower", .number($0.lower)), ("upper", .number($0.upper))]) })
      ),
    ])
  }

  var size: JSONValue {
    guard let size = analysis.size else { return .null }
    return .object([
      ("status", .string(size.status.rawValue)), ("detail", .string(size.detail)),
      ("budget", .string(size.budget.text)), ("lots", size.lots.map { .integer($0) } ?? .null),
      ("loss_per_lot", .text(size.lossPerLot.map { AmountText.up($0) })),
      ("fees", .text(size.fees.map { AmountText.up($0) })), ("used", .text(size.used.map { AmountText.up($0) })),
      ("next_would_use", .text(size.nextWouldUse.map { AmountText.up($0) })), ("margin", .text(size.margin?.text)),
      ("locked_to_the_end", .text(size.lockedCash?.text)),
    ])
  }

  var lossWithin: JSONValue {
    guard let within = analysis.lossWithin else { return .null }
    return .object([
      ("label", .string(within.label)),
      (
        "ranges",
        .array(
          within.ranges.map { item in
            .object([
              ("underlying", .string(item.underlying)), ("low", AnalysisDocument.exact(item.range.low)),
              ("high", AnalysisDocument.exact(item.range.high)),
            ])
          })
      ), ("loss_within", .string(AmountText.up(within.lossWithin))),
      ("profit_within", .string(AmountText.down(within.profitWithin))),
    ])
  }
}
