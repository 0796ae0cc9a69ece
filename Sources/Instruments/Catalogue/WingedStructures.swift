/// Butterflies, condors and boxes: what has wings on both sides.
extension StrategyCatalogue {
  static let butterflies: [StructureDefinition] = [
    .init(
      "long-call-butterfly", "Long call butterfly", .butterfly, "+C1 -2C2 +C3",
      "A small debit for a price that ends near the middle strike; outside the wings the debit is lost and no more.",
      aliases: ["butterfly", "call-butterfly"]),
    .init(
      "short-call-butterfly", "Short call butterfly", .butterfly, "-C1 +2C2 -C3",
      "A small credit for a price that leaves the wings; it loses most at the middle strike."),
    .init(
      "long-put-butterfly", "Long put butterfly", .butterfly, "+P1 -2P2 +P3",
      "The call butterfly's profile from puts: parity makes both cost the same for European options.",
      aliases: ["put-butterfly"]),
    .init(
      "short-put-butterfly", "Short put butterfly", .butterfly, "-P1 +2P2 -P3",
      "The short call butterfly's profile from puts: a credit for a price that moves away from the middle."),
    .init(
      "iron-butterfly", "Iron butterfly", .butterfly, "+P1 -P2 -C2 +C3",
      "A short straddle inside a long strangle: the butterfly's profile raised by cash, so it opens with a credit.",
      aliases: ["iron-fly", "short-iron-butterfly"]),
    .init(
      "reverse-iron-butterfly", "Reverse iron butterfly", .butterfly, "-P1 +P2 +C2 -C3",
      "A long straddle cheapened by a strangle sold outside: gains from a move either way, as far as the wings.",
      aliases: ["reverse-iron-fly"]),
    .init(
      "broken-wing-call-butterfly", "Broken-wing call butterfly", .butterfly, "+C1 -2C2 +C3",
      "A call butterfly whose upper wing is further out: cheaper or a credit, and the risk moves to the upper side.",
      aliases: ["broken-wing-butterfly", "skip-strike-call-butterfly"], only: .unequalWings),
    .init(
      "broken-wing-put-butterfly", "Broken-wing put butterfly", .butterfly, "+P1 -2P2 +P3",
      "A put butterfly whose lower wing is further out: cheaper or a credit, and the risk moves to the lower side.",
      aliases: ["skip-strike-put-butterfly"], only: .unequalWings),
    .init(
      "unbalanced-call-butterfly", "Unbalanced call butterfly", .butterfly, "+C1 -3C2 +2C3",
      "A butterfly with three sold against one and two: a lower debit, and a loss beyond the upper wing at equal steps.",
      aliases: ["unbalanced-butterfly", "ratio-call-butterfly"]),
    .init(
      "unbalanced-put-butterfly", "Unbalanced put butterfly", .butterfly, "+2P1 -3P2 +P3",
      "A butterfly with three sold against two and one: a lower debit, and a loss beyond the lower wing at equal steps.",
      aliases: ["ratio-put-butterfly"]),
    .init(
      "call-christmas-tree", "Call Christmas tree", .butterfly, "+C1 -3C2 +2C3",
      "Skips a strike after the lowest: the two upper calls then make up for the three sold, and only the debit is lost.",
      aliases: ["christmas-tree", "long-call-christmas-tree"], only: .doubleLowerStep),
    .init(
      "put-christmas-tree", "Put Christmas tree", .butterfly, "+2P1 -3P2 +P3",
      "Skips a strike before the highest: the two lower puts then make up for the three sold, and only the debit is lost.",
      aliases: ["long-put-christmas-tree"], only: .doubleUpperStep),
  ]

  static let condors: [StructureDefinition] = [
    .init(
      "long-call-condor", "Long call condor", .condor, "+C1 -C2 -C3 +C4",
      "A butterfly with its middle drawn apart: a smaller gain over a wider zone, for a debit that is all at risk.",
      aliases: ["condor", "call-condor"]),
    .init(
      "short-call-condor", "Short call condor", .condor, "-C1 +C2 +C3 -C4",
      "A credit kept when the price leaves the wings on either side; it loses over the whole middle."),
    .init(
      "long-put-condor", "Long put condor", .condor, "+P1 -P2 -P3 +P4",
      "The call condor's profile from puts: by parity the debit is the same for European options.",
      aliases: ["put-condor"]),
    .init(
      "short-put-condor", "Short put condor", .condor, "-P1 +P2 +P3 -P4",
      "The short call condor's profile from puts: a credit for a price that leaves the middle."),
    .init(
      "iron-condor", "Iron condor", .condor, "+P1 -P2 -C3 +C4",
      "Collects a credit while the price stays between the short strikes; the wings cap the loss.",
      aliases: ["short-iron-condor"]),
    .init(
      "reverse-iron-condor", "Reverse iron condor", .condor, "-P1 +P2 +C3 -C4",
      "Pays a debit for a move beyond either inner strike; the options sold outside cap the gain."),
    .init(
      "albatross", "Albatross", .condor, "+P1 -P2 -C3 +C4",
      "An iron condor with a very wide middle: a small credit, kept unless the price moves far.",
      aliases: ["iron-albatross"]),
    .init(
      "broken-wing-iron-condor", "Broken-wing iron condor", .condor, "+P1 -P2 -C3 +C4",
      "An iron condor with one wing wider than the other: the wider wing sets the largest loss, and so the margin.",
      aliases: ["unbalanced-iron-condor"], only: .unequalWings),
  ]

  static let arbitrage: [StructureDefinition] = [
    .init(
      "long-box", "Long box", .arbitrage, "+C1 -C2 -P1 +P2",
      "Pays the width between the strikes whatever happens: a loan to the market at a rate that its price names.",
      aliases: ["box", "box-spread"]),
    .init(
      "short-box", "Short box", .arbitrage, "-C1 +C2 +P1 -P2",
      "Owes the width between the strikes whatever happens: a loan taken from the market at a rate fixed today."),
    .init(
      "jelly-roll", "Jelly roll", .arbitrage, "-C1@T1 +P1@T1 +C1@T2 -P1@T2",
      "Short the forward to the near expiry, long to the far one: it trades the carry between the two dates.",
      aliases: ["long-jelly-roll"]),
    .init(
      "short-jelly-roll", "Short jelly roll", .arbitrage, "+C1@T1 -P1@T1 -C1@T2 +P1@T2",
      "Long the forward to the near expiry, short to the far one: it gains when the carry between them shrinks."),
  ]
}
