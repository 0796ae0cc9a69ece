/// Straddles and their kin, ratio spreads, ladders and lizards.
extension StrategyCatalogue {
  static let volatility: [StructureDefinition] = [
    .init(
      "long-straddle", "Long straddle", .volatility, "+C1 +P1",
      "Gains when the price moves either way by more than both premiums; loses them in full at the strike.",
      aliases: ["straddle"]),
    .init(
      "short-straddle", "Short straddle", .volatility, "-C1 -P1",
      "Keeps most when the price ends at the strike; a large move either way costs more than both premiums."),
    .init(
      "long-strangle", "Long strangle", .volatility, "+P1 +C2",
      "A straddle with its strikes apart: cheaper, and the price must go further before it gains.",
      aliases: ["strangle"]),
    .init(
      "short-strangle", "Short strangle", .volatility, "-P1 -C2",
      "Keeps both premiums between the strikes; outside them nothing stops the loss."),
    .init(
      "long-guts", "Long guts", .volatility, "+C1 +P2",
      "A strangle of options in the money: it costs the width between the strikes, which comes back in any case.",
      aliases: ["guts"]),
    .init(
      "short-guts", "Short guts", .volatility, "-C1 -P2",
      "Sells both options in the money: more cash at first, of which the width between the strikes is always paid back."
    ),
    .init(
      "strip", "Strip", .volatility, "+C1 +2P1",
      "A straddle with a second put: for a large move either way, and rather a fall.", aliases: ["long-strip"]),
    .init(
      "strap", "Strap", .volatility, "+2C1 +P1",
      "A straddle with a second call: for a large move either way, and rather a rise.", aliases: ["long-strap"]),
  ]

  static let ratios: [StructureDefinition] = [
    .init(
      "call-front-ratio", "Call front ratio", .ratio, "+C1 -2C2",
      "Earns most at the upper strike for little or no premium; above it one call is naked and the loss has no end.",
      aliases: ["call-ratio-spread", "front-ratio-call-spread"]),
    .init(
      "put-front-ratio", "Put front ratio", .ratio, "-2P1 +P2",
      "Earns most at the lower strike for little or no premium; below it one put is naked.",
      aliases: ["put-ratio-spread", "front-ratio-put-spread"]),
    .init(
      "call-backspread", "Call backspread", .ratio, "-C1 +2C2",
      "Loses most at the upper strike and gains without end above it; a fall costs little or earns the credit.",
      aliases: ["call-ratio-backspread"]),
    .init(
      "put-backspread", "Put backspread", .ratio, "+2P1 -P2",
      "Loses most at the lower strike and gains in a crash; a rise costs little or earns the credit.",
      aliases: ["put-ratio-backspread"]),
    .init(
      "put-1-1-2", "Put 1-1-2", .ratio, "-2P1 -P2 +P3",
      "A bear put spread paid for by two puts sold far below: a wide zone of profit above a steep fall.",
      aliases: ["1-1-2", "one-one-two"]),
    .init(
      "zebra", "ZEBRA", .ratio, "+2C1 -C2",
      "Two calls in the money less one at the money: time values cancel, and it moves like the underlying with a floor.",
      aliases: ["zero-extrinsic-back-ratio"]),
    .init(
      "batman", "Batman", .ratio, "-2P1 +P2 +C3 -2C4",
      "A put and a call front ratio together: two peaks of profit, and a naked option outside each of them."),
  ]

  static let ladders: [StructureDefinition] = [
    .init(
      "long-call-ladder", "Long call ladder", .ladder, "+C1 -C2 -C3",
      "A bull call spread cheapened by one more call sold above: best between the upper strikes, endless loss beyond.",
      aliases: ["call-ladder", "bull-call-ladder"]),
    .init(
      "short-call-ladder", "Short call ladder", .ladder, "-C1 +C2 +C3",
      "A bear call spread with one more call bought above: loses most between the upper strikes, gains in a surge.",
      aliases: ["bear-call-ladder"]),
    .init(
      "long-put-ladder", "Long put ladder", .ladder, "-P1 -P2 +P3",
      "A bear put spread cheapened by one more put sold below: best between the lower strikes, a crash is its loss.",
      aliases: ["put-ladder", "bear-put-ladder"]),
    .init(
      "short-put-ladder", "Short put ladder", .ladder, "+P1 +P2 -P3",
      "A bull put spread with one more put bought below: loses most between the lower strikes, gains in a crash.",
      aliases: ["bull-put-ladder"]),
  ]

  static let lizards: [StructureDefinition] = [
    .init(
      "jade-lizard", "Jade lizard", .lizard, "-P1 -C2 +C3",
      "A put and a bear call spread sold together: with a credit above the call spread's width a rise costs nothing."),
    .init(
      "reverse-jade-lizard", "Reverse jade lizard", .lizard, "+P1 -P2 -C3",
      "A call and a bull put spread sold together: with a credit above the put spread's width a fall costs nothing.",
      aliases: ["twisted-sister"]),
    .init(
      "big-lizard", "Big lizard", .lizard, "-P1 -C1 +C2",
      "A short straddle with a call bought above: the rise is capped, the fall is that of a naked put."),
  ]
}
