/// Single legs, legs with the underlying, synthetics and vertical spreads.
extension StrategyCatalogue {
  static let singles: [StructureDefinition] = [
    .init(
      "long-call", "Long call", .single, "+C1",
      "Gains with every point above the strike plus the premium; the premium is all it can lose.", aliases: ["call"]),
    .init(
      "long-put", "Long put", .single, "+P1",
      "Gains with every point below the strike less the premium; the premium is all it can lose.", aliases: ["put"]),
    .init(
      "short-call", "Short call", .single, "-C1",
      "Keeps the premium while the price stays below the strike; above it the loss has no end.",
      aliases: ["naked-call"]),
    .init(
      "short-put", "Short put", .single, "-P1",
      "Keeps the premium while the price stays above the strike; below it the loss grows until the price is zero.",
      aliases: ["naked-put"]),
    .init(
      "cash-secured-put", "Cash-secured put", .single, "-P1",
      "A short put with the whole strike set aside in cash: being assigned means buying at a price chosen beforehand."),
    .init(
      "long-underlying", "Long underlying", .single, "+U",
      "Gains and loses one for one with the price; the whole purchase is at risk.",
      aliases: ["underlying", "long-stock", "long-spot"]),
    .init(
      "short-underlying", "Short underlying", .single, "-U",
      "Gains as the price falls, at most its whole value; loses without end as the price rises.",
      aliases: ["short-stock", "short-spot"]),
  ]

  static let covered: [StructureDefinition] = [
    .init(
      "covered-call", "Covered call", .covered, "+U -C1",
      "Sells the gains above the strike for a premium; the fall of the underlying stays with the holder.",
      aliases: ["buy-write"]),
    .init(
      "covered-put", "Covered put", .covered, "-U -P1",
      "Sells the gains of a short sale below the strike for a premium; a rising price still costs without end.",
      aliases: ["sell-write"]),
    .init(
      "protective-put", "Protective put", .covered, "+U +P1",
      "Insures a holding: below the strike the put pays what the holding loses, above it only the premium is gone.",
      aliases: ["married-put"]),
    .init(
      "protective-call", "Protective call", .covered, "-U +C1",
      "Insures a short sale: above the strike the call pays what the short sale loses.", aliases: ["married-call"]),
    .init(
      "collar", "Collar", .covered, "+U +P1 -C2",
      "Pays for the insuring put by selling the gains above the call's strike: both the loss and the gain are fenced.",
      aliases: ["long-collar"]),
    .init(
      "zero-cost-collar", "Zero-cost collar", .covered, "+U +P1 -C2",
      "A collar whose strikes are chosen so that the call sold pays for the put bought.", aliases: ["costless-collar"]),
    .init(
      "short-collar", "Short collar", .covered, "-U -P1 +C2",
      "Fences a short sale: the put sold pays for the call that caps the loss of a rise.", aliases: ["reverse-collar"]),
    .init(
      "covered-short-straddle", "Covered short straddle", .covered, "+U -C1 -P1",
      "A holding with a call and a put sold at one strike: two premiums, and twice the fall below the strike.",
      aliases: ["covered-straddle"]),
    .init(
      "covered-short-strangle", "Covered short strangle", .covered, "+U -P1 -C2",
      "A holding with a put sold below and a call sold above: sell at the upper strike, buy more at the lower.",
      aliases: ["covered-strangle"]),
    .init(
      "stock-repair", "Stock repair", .covered, "+U +C1 -2C2",
      "Lowers the price at which a losing holding breaks even by giving up what it would gain above the upper strike.",
      aliases: ["repair", "repair-strategy"]),
    .init(
      "synthetic-straddle-calls", "Synthetic straddle with calls", .covered, "-U +2C1",
      "One of two calls turns the short sale into a put: it gains from a large move either way, like a long straddle.",
      aliases: ["synthetic-straddle", "call-side-synthetic-straddle"]),
    .init(
      "synthetic-straddle-puts", "Synthetic straddle with puts", .covered, "+U +2P1",
      "One of two puts turns the holding into a call: it gains from a large move either way, like a long straddle.",
      aliases: ["put-side-synthetic-straddle"]),
    .init(
      "conversion", "Conversion", .covered, "+U +P1 -C1",
      "The holding is sold at the strike whatever happens: what it earns over its cost is interest, fixed today.",
      aliases: ["forward-conversion"]),
    .init(
      "reversal", "Reversal", .covered, "-U -P1 +C1",
      "The short sale is bought back at the strike whatever happens: it borrows at a rate fixed today.",
      aliases: ["reverse-conversion"]),
  ]

  static let synthetics: [StructureDefinition] = [
    .init(
      "synthetic-long", "Synthetic long", .synthetic, "+C1 -P1",
      "A call bought and a put sold at one strike move like the underlying itself, for almost no premium.",
      aliases: ["synthetic", "synthetic-forward", "synthetic-long-underlying"]),
    .init(
      "synthetic-short", "Synthetic short", .synthetic, "-C1 +P1",
      "A put bought and a call sold at one strike move like a short sale, without borrowing the underlying.",
      aliases: ["synthetic-short-underlying"]),
    .init(
      "long-combo", "Long combo", .synthetic, "-P1 +C2",
      "A put sold below pays for a call bought above: nothing happens between the strikes, beyond them it is long.",
      aliases: ["combo", "split-strike-synthetic", "bullish-risk-reversal"]),
    .init(
      "risk-reversal", "Risk reversal", .synthetic, "+P1 -C2",
      "A call sold above pays for a put bought below: beyond the strikes it is short, and its price shows the skew.",
      aliases: ["short-combo", "bearish-risk-reversal"]),
    .init(
      "bull-seagull", "Bull seagull", .synthetic, "-P1 +C2 -C3",
      "A bull call spread paid for by a put sold below: cheap or free, with a capped gain and the fall at risk.",
      aliases: ["seagull", "bullish-seagull"]),
    .init(
      "bear-seagull", "Bear seagull", .synthetic, "-P1 +P2 -C3",
      "A bear put spread paid for by a call sold above: cheap or free, with a capped gain and the rise at risk.",
      aliases: ["bearish-seagull"]),
  ]

  static let verticals: [StructureDefinition] = [
    .init(
      "bull-call-spread", "Bull call spread", .vertical, "+C1 -C2",
      "The call sold above cheapens the call bought; the gain ends at the upper strike, the debit is all at risk.",
      aliases: ["call-spread", "call-debit-spread", "long-call-spread"]),
    .init(
      "bear-call-spread", "Bear call spread", .vertical, "-C1 +C2",
      "Keeps its credit below the lower strike; the call bought above caps the loss at the width less the credit.",
      aliases: ["call-credit-spread", "short-call-spread"]),
    .init(
      "bull-put-spread", "Bull put spread", .vertical, "+P1 -P2",
      "Keeps its credit above the upper strike; the put bought below caps the loss at the width less the credit.",
      aliases: ["put-credit-spread", "short-put-spread"]),
    .init(
      "bear-put-spread", "Bear put spread", .vertical, "-P1 +P2",
      "The put sold below cheapens the put bought; the gain ends at the lower strike, the debit is all at risk.",
      aliases: ["put-spread", "put-debit-spread", "long-put-spread"]),
  ]
}
