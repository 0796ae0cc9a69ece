/// Calendars and diagonals, and what only crypto markets offer.
extension StrategyCatalogue {
  static let times: [StructureDefinition] = [
    .init(
      "long-call-calendar", "Long call calendar", .time, "-C1@T1 +C1@T2",
      "The near call loses its time value faster than the far one: it gains when the price rests at the strike.",
      aliases: ["calendar", "call-calendar", "time-spread"]),
    .init(
      "long-put-calendar", "Long put calendar", .time, "-P1@T1 +P1@T2",
      "The calendar from puts: it gains when the price rests at the strike and implied volatility rises.",
      aliases: ["put-calendar"]),
    .init(
      "short-call-calendar", "Short call calendar", .time, "+C1@T1 -C1@T2",
      "Gains from a large move before the near expiry; after it the far call is naked, and many venues margin it so."),
    .init(
      "short-put-calendar", "Short put calendar", .time, "+P1@T1 -P1@T2",
      "Gains from a large move before the near expiry; after it the far put is naked, and many venues margin it so."),
    .init(
      "long-call-diagonal", "Long call diagonal", .time, "-C2@T1 +C1@T2",
      "A calendar that leans upward: the far call has the lower strike, the near call sold above earns its time value.",
      aliases: ["diagonal", "call-diagonal"]),
    .init(
      "short-call-diagonal", "Short call diagonal", .time, "+C2@T1 -C1@T2",
      "The long call diagonal from the other side: a credit, and a far call sold that the near one covers only for a time."
    ),
    .init(
      "long-put-diagonal", "Long put diagonal", .time, "-P1@T1 +P2@T2",
      "A calendar that leans downward: the far put has the higher strike, the near put sold below earns its time value.",
      aliases: ["put-diagonal"]),
    .init(
      "short-put-diagonal", "Short put diagonal", .time, "+P1@T1 -P2@T2",
      "The long put diagonal from the other side: a credit, and a far put sold that the near one covers only for a time."
    ),
    .init(
      "bear-call-diagonal", "Bear call diagonal", .time, "-C1@T1 +C2@T2",
      "A bear call spread whose bought call lasts longer: it keeps some value after the near call has expired."),
    .init(
      "bull-put-diagonal", "Bull put diagonal", .time, "+P1@T2 -P2@T1",
      "A bull put spread whose bought put lasts longer: it keeps some value after the near put has expired."),
    .init(
      "poor-mans-covered-call", "Poor man's covered call", .time, "-C2@T1 +C1@T2",
      "A far call deep in the money stands in for the holding, and near calls are sold against it.", aliases: ["pmcc"]),
    .init(
      "poor-mans-covered-put", "Poor man's covered put", .time, "-P1@T1 +P2@T2",
      "A far put deep in the money stands in for the short sale, and near puts are sold against it.",
      aliases: ["pmcp"]),
    .init(
      "double-calendar", "Double calendar", .time, "-P1@T1 -C2@T1 +P1@T2 +C2@T2",
      "A put calendar below and a call calendar above: a wide tent of profit around today's price."),
    .init(
      "double-diagonal", "Double diagonal", .time, "+P1@T2 -P2@T1 -C3@T1 +C4@T2",
      "A near strangle sold inside a far strangle: like an iron condor whose wings outlive its body."),
    .init(
      "calendar-straddle", "Calendar straddle", .time, "-C1@T1 -P1@T1 +C1@T2 +P1@T2",
      "A near straddle sold against a far one at the same strike: it earns while the price rests there.",
      aliases: ["straddle-calendar"]),
    .init(
      "calendar-strangle", "Calendar strangle", .time, "-P1@T1 -C2@T1 +P1@T2 +C2@T2",
      "A near strangle sold against a far one at the same strikes: it earns while the price stays between them.",
      aliases: ["strangle-calendar"]),
  ]

  static let crypto: [StructureDefinition] = [
    .init(
      "inverse-covered-call", "Inverse covered call", .crypto, "-C1",
      "A coin-settled call owes less than one coin at any price, so one coin of collateral covers it; in dollars the "
        + "coin can still fall.", aliases: ["coin-covered-call"], only: .coinCollateral),
    .init(
      "perpetual-protective-put", "Perpetual with put", .crypto, "+U +P1",
      "The put bounds the loss at expiry; funding, and the perpetual's own liquidation before that, stay to be watched.",
      aliases: ["perp-protective-put", "perp-put"], only: .perpetual),
    .init(
      "perpetual-collar", "Perpetual collar", .crypto, "+U +P1 -C2",
      "A perpetual fenced by a put bought and a call sold: both ends are known but for the funding paid on the way.",
      aliases: ["perp-collar"], only: .perpetual),
    .init(
      "hedged-short-straddle", "Hedged short straddle", .crypto, "-C1 -P1 +hU",
      "A short straddle with its delta held in a perpetual: the hedge is right today and must follow the price.",
      aliases: ["perpetual-hedged-short-straddle", "delta-hedged-short-straddle"]),
  ]
}
