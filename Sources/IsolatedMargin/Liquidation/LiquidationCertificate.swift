/// Why the bands of a region are all there are.
public enum LiquidationCertificate: String, Hashable, Sendable, CaseIterable, Comparable {
  /// The cash covers the least payoff: no price, volatility or day counts.
  case cashRule = "cash_rule"
  /// The payoff with cash has one sign, and so has its value.
  case noSignChange = "no_sign_change"
  /// At expiry: the lines of the payoff, solved in rational numbers.
  case expiry
  /// As many roots as the payoff with cash changes its sign; there cannot be more.
  case rootCount = "root_count"
  /// All zeros of gamma are isolated, between them all zeros of delta: equity is monotone on every piece.
  case inflections
  /// Every interval was bounded by the range of its slope, down to the resolution; two roots closer than that may be
  /// missed. The tails are bounded.
  case walked
  /// Roots were found, but nothing proves that there are no others.
  case uncertified

  /// The weakest of several holds for all of them.
  public static func < (left: LiquidationCertificate, right: LiquidationCertificate) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int { LiquidationCertificate.allCases.firstIndex(of: self) ?? 0 }

  /// `proved`, `walked` or `uncertified`.
  public var strength: String {
    switch self {
    case .cashRule, .noSignChange, .expiry, .rootCount, .inflections: return "proved"
    case .walked: return "walked"
    case .uncertified: return "uncertified"
    }
  }

  /// A sentence without a full stop.
  public var text: String {
    switch self {
    case .cashRule: return "proved: the cash covers the least payoff, in exact arithmetic and whatever the market"
    case .noSignChange: return "proved: the payoff with the cash never changes its sign, so its value does not either"
    case .expiry: return "proved: the payoff's lines, solved exactly"
    case .rootCount: return "proved: as many bounds as the payoff with the cash has sign changes; there cannot be more"
    case .inflections: return "proved: equity is monotone between all zeros of its gamma and delta"
    case .walked: return "walked: every interval of prices bounded by the range of its slope, tails included"
    case .uncertified: return "uncertified: there may be bounds that were not found"
    }
  }
}
