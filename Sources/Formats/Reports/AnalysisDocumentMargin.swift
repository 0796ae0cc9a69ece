import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing

/// The exact branch of the document.
extension AnalysisDocument {
  func writeMaximumLoss(to json: inout JSONText) {
    let margin = analysis.margin
    switch margin.maximumLoss {
    case .bounded(let bound)?:
      json.text("status", "bounded")
      json.texts("directions", [])
      json.text("amount", AmountText.up(bound.loss))
      json.text("policy", bound.policy.name)
      json.text("least_payoff", "\(bound.leastPayoff)")
    case .unbounded(let tails)?:
      json.text("status", "unbounded")
      json.texts("directions", tails.directions.map(\.rawValue))
      json.null("amount")
      json.text("policy", tails.policy.name)
      json.null("least_payoff")
    case nil:
      json.text("status", margin.status.rawValue)
      json.texts("directions", [])
      json.null("amount")
      json.null("policy")
      json.null("least_payoff")
    }
    json.flag("is_attained", margin.isAttained)
    json.objects("binding_prices", margin.bindingPrices) { json, binding in
      json.text("underlying", binding.underlying)
      if let expiry = binding.expiry { json.text("expiry", "\(expiry)") }
      json.exact("price", binding.price)
      json.flag("is_attained", binding.isAttained)
    }
    json.objects("certificates", margin.maximumLoss?.proofs ?? []) { AnalysisDocument.write($1, to: &$0) }
    json.objects("bounding_hedges", margin.boundingHedges) { json, hedge in
      json.text("underlying", hedge.underlying)
      json.text("right", hedge.right.rawValue)
      json.exact("strike", hedge.strike)
      json.exact("held", hedge.held)
      json.exact("extra", hedge.extra)
      json.exact("total", hedge.total)
      json.exact("ratio", hedge.total.divided(by: hedge.held))
    }
    guard let wing = analysis.wing else { return json.null("cheapest_wing") }
    json.object("cheapest_wing") { json in
      json.text("instrument", "\(Instrument.option(wing.contract))")
      json.text("quantity", "\(wing.quantity)")
      json.text("cost", AmountText.up(wing.cost))
      json.text("margin_with_it", wing.margin?.text)
    }
  }

  // MARK: Proofs

  private static func write(_ proof: LossProof, to json: inout JSONText) {
    json.text("underlying", proof.underlying)
    if let expiry = proof.expiry { json.text("expiry", "\(expiry)") }
    if let certificate = proof.certificate { write(certificate, to: &json) }
    if case .envelope(let envelope) = proof {
      writeStages(of: envelope, to: &json)
      json.flag("is_exercised_at_first_expiry", envelope.isExercisedAtFirst)
    }
    if case .band(let band) = proof { write(band, to: &json) }
  }

  private static func write(_ certificate: LossCertificate, to json: inout JSONText) {
    json.text("coordinate", certificate.settlement == .quote ? "price" : "inverse_price")
    // The payoff at a vertex is the constant and the value there together.
    json.exact("constant", certificate.constant)
    json.objects("vertices", certificate.vertices) { write($1, to: &$0) }
    json.exact("slope_at_start", certificate.slopeAtStart)
    json.exact("slope_at_end", certificate.slopeAtEnd)
    json.exact("least_payoff", certificate.least?.payoff)
    json.exact("argmin_price", certificate.least?.price)
    json.flag("is_attained", certificate.least?.isAttained)
  }

  /// A bound within a band of volatilities, with the boxes that prove it.
  private static func write(_ band: BandCertificate, to json: inout JSONText) {
    json.number("lower_volatility", band.band.lower)
    json.number("upper_volatility", band.band.upper)
    json.text("sharing", band.band.sharing.rawValue)
    json.exact("least_payoff", band.least?.payoff)
    json.exact("witness_price", band.witness?.price)
    json.exact("witness_payoff", band.witness?.value)
    json.flag("is_to_tolerance", band.isToTolerance)
    json.objects("boxes", band.leaves) { json, leaf in
      json.number("low", leaf.low)
      json.number("high", leaf.high)
      json.number("low_volatility", leaf.lowVolatility)
      json.number("high_volatility", leaf.highVolatility)
    }
  }

  private static func write(_ vertex: PayoffVertex, to json: inout JSONText) {
    json.exact("position", vertex.position)
    json.exact("price", vertex.price)
    json.exact("left", vertex.left)
    json.exact("value", vertex.value)
    json.exact("right", vertex.right)
  }

  /// The later expiries of an envelope proof: function, envelope, and the factors that bring it to the expiry before.
  private static func writeStages(of certificate: EnvelopeCertificate, to json: inout JSONText) {
    json.objects("later", zip(certificate.stages, certificate.terms.steps)) { json, item in
      let (stage, step) = item
      json.text("expiry", "\(stage.expiry)")
      json.objects("vertices", stage.function.vertices) { write($1, to: &$0) }
      json.objects("envelope", stage.envelope.points) { json, point in
        json.exact("position", point.position)
        json.exact("value", point.value)
        json.flag("is_attained", point.isAttained)
      }
      json.exact("value_at_start", stage.envelope.valueAtStart)
      json.exact("slope_at_end", stage.envelope.slopeAtEnd)
      json.texts("discount", ["\(step.discount.lower)", "\(step.discount.upper)"])
      json.texts("carry", ["\(step.carry.lower)", "\(step.carry.upper)"])
    }
  }

  // MARK: Margin and what follows from it

  func writeMaximumProfit(to json: inout JSONText) {
    let margin = analysis.margin
    let status: String
    if margin.maximumLoss == nil {
      status = margin.status.rawValue
    } else if margin.isProfitUnknown {
      status = "unknown"
    } else {
      status = margin.maxProfit == nil ? "unlimited" : "limited"
    }
    json.object("maximum_profit") { json in
      json.text("status", status)
      json.text("amount", margin.maxProfit.map { AmountText.down($0) })
    }
  }

  func writeMargin(to json: inout JSONText) {
    let margin = analysis.margin
    json.object("margin") { json in
      json.text("status", margin.status.rawValue)
      json.text("risk_class", margin.riskClass.rawValue)
      json.text("kind", margin.collateral?.kind.rawValue)
      json.text("margin", margin.margin?.text)
      json.text("requirement", margin.requirement?.text)
      json.text("reserve", margin.reserve?.text)
      json.number("return_on_margin", analysis.returnOnMargin)
      json.number("risk_to_reward", analysis.riskToReward)
    }
  }

  func writeBreakEvens(to json: inout JSONText) {
    json.objects("break_evens", analysis.breakEvens) { json, item in
      json.exact("low", item.breakEven.low)
      json.exact("high", item.breakEven.high)
      json.number("distance_from_spot", item.relative)
      json.number("distance_standard_deviations", item.deviations)
    }
  }

  func writeLiquidation(to json: inout JSONText) {
    let safety = analysis.margin.liquidationSafety
    json.object("liquidation") { json in
      json.flag("is_never_liquidated", safety.isNeverLiquidated)
      json.texts("reasons", safety.reasons.map(\.rawValue))
      json.texts("conditions", safety.conditions)
      writePresentLiquidation(to: &json)
    }
  }

  /// At the market's own moment and volatilities.
  private func writePresentLiquidation(to json: inout JSONText) {
    guard let present = analysis.presentLiquidation else { return json.null("present") }
    json.object("present") { json in
      json.text("deposit", AmountText.down(present.deposit))
      json.text("maintenance", present.maintenance)
      json.text("status", present.prices.status.rawValue)
      json.text("certificate", present.prices.certificate.strength)
      json.objects("bands", present.prices.bands) { json, band in
        json.number("lower", band.lower)
        json.number("upper", band.upper)
      }
    }
  }

  func writeSize(to json: inout JSONText) {
    guard let size = analysis.size else { return json.null("size") }
    json.object("size") { json in
      json.text("status", size.status.rawValue)
      json.text("detail", size.detail)
      json.text("budget", size.budget.text)
      json.integer("lots", size.lots)
      json.text("loss_per_lot", size.lossPerLot.map { AmountText.up($0) })
      json.text("fees", size.fees.map { AmountText.up($0) })
      json.text("used", size.used.map { AmountText.up($0) })
      json.text("next_would_use", size.nextWouldUse.map { AmountText.up($0) })
      json.text("margin", size.margin?.text)
      json.text("locked_to_the_end", size.lockedCash?.text)
    }
  }

  func writeLossWithin(to json: inout JSONText) {
    guard let within = analysis.lossWithin else { return json.null("loss_within_range") }
    json.object("loss_within_range") { json in
      json.text("label", within.label)
      json.objects("ranges", within.ranges) { json, item in
        json.text("underlying", item.underlying)
        json.exact("low", item.range.low)
        json.exact("high", item.range.high)
      }
      json.text("loss_within", AmountText.up(within.lossWithin))
      json.text("profit_within", AmountText.down(within.profitWithin))
    }
  }
}

extension JSONText {
  /// An amount that proves something: a decimal, or a fraction where it is none; never rounded.
  fileprivate mutating func exact(_ key: StaticString, _ amount: ExactAmount?) { text(key, amount.map { "\($0)" }) }
}
