import Basics
import Instruments
import MarketData
import Pricing
import RealModule

extension StrategyAnalyzer {
  /// A short strike is near where spot is within this many standard deviations of what is left to expiry.
  static var pinDeviations: Double { 0.5 }
  /// Pinning is spoken of in the last two days.
  static var pinSeconds: Double { 172_800 }
  /// Deribit's delivery price is the average of its index over the half hour before expiry.
  static var averagingSeconds: Double { 1800 }

  /// What happens at and around expiry that the value and the loss at expiry do not tell: strikes that may pin, days on
  /// which the market closes early, and settlement prices that are already partly fixed.
  func expiryWarnings(_ filled: FilledStrategy, _ legs: [LegAnalysis]) -> [String] {
    legs.compactMap(pinWarning) + earlyCloseWarnings(filled) + averagingWarnings(filled)
  }

  /// The seconds to the expiry of a leg, and the moment of the day it expires at.
  private func expiry(_ instrument: Instrument) -> (expiry: Expiry, time: ExpiryTime, seconds: Double)? {
    guard let expiry = instrument.expiry, let underlying = market[instrument.underlying] else { return nil }
    let venue = underlying.terms.expiryTime
    guard let instant = try? expiry.instant(venue: venue) else { return nil }
    let seconds = (market.asOf.years(to: instant) * Instant.secondsPerYear).rounded()
    return (expiry, expiry.time == .venue ? venue : expiry.time, seconds)
  }

  private func pinWarning(_ leg: LegAnalysis) -> String? {
    guard leg.leg.quantity < .zero, let strike = leg.leg.instrument.strike?.value, strike > 0,
      let volatility = leg.volatility, volatility > 0, let underlying = market[leg.leg.instrument.underlying],
      let expiry = expiry(leg.leg.instrument), expiry.seconds > 0, expiry.seconds <= StrategyAnalyzer.pinSeconds
    else { return nil }
    let deviation = volatility * .sqrt(expiry.seconds / Instant.secondsPerYear)
    let distance = (.log(strike / underlying.spot.value) / deviation).magnitude
    guard distance <= StrategyAnalyzer.pinDeviations else { return nil }
    let tenths = Int((distance * 10).rounded())
    let outcome: String
    if case .option(let contract) = leg.leg.instrument {
      switch (contract.delivery, contract.exercise) {
      case (.physical, _), (_, .american):
        outcome = "how much of it is assigned, and so the position after expiry, is not known before"
      case (.cash, .european): outcome = "a small move at the end decides what it pays"
      }
    } else {
      outcome = "a small move at the end decides whether it pays"
    }
    return "\(leg.leg.instrument): pin risk, \(duration(expiry.seconds)) to expiry and spot "
      + "\(tenths / 10).\(tenths % 10) standard deviations from the short strike; \(outcome)"
  }

  /// Whole hours, or minutes where there are less than two of them, rounded up.
  private func duration(_ seconds: Double) -> String {
    let minutes = Int((seconds / 60).rounded(.up))
    return minutes < 120 ? "\(minutes) min" : "\((minutes + 59) / 60) h"
  }

  private func earlyCloseWarnings(_ filled: FilledStrategy) -> [String] {
    var days: Set<CalendarDate> = []
    for leg in filled.legs {
      guard let expiry = expiry(leg.instrument), expiry.time == .newYorkClose else { continue }
      let day = NewYork.tradingDay(onOrBefore: expiry.expiry.date)
      if NewYork.closesEarly(day) { days.insert(day) }
    }
    return days.sorted().map {
      "\($0): the market closes early, options of that day expire at 13:00 New York instead of 16:00"
    }
  }

  /// Whatever is settled in coin, or named as Deribit names it, is delivered at the average.
  private func averagingWarnings(_ filled: FilledStrategy) -> [String] {
    var names: [String] = []
    for leg in filled.legs {
      guard let expiry = expiry(leg.instrument), expiry.seconds > 0,
        expiry.seconds <= StrategyAnalyzer.averagingSeconds
      else { continue }
      var isInCoin = false
      if case .option(let contract) = leg.instrument { isInCoin = contract.settlement == .coin }
      let name = "\(leg.instrument.underlying) \(expiry.expiry)"
      guard isInCoin || expiry.time == .deribit, !names.contains(name) else { continue }
      names.append(name)
    }
    return names.map {
      "\($0): inside the averaging window, the last 30 minutes before delivery: value and Greeks are those of a partly "
        + "fixed average there, which is not modelled"
    }
  }
}
