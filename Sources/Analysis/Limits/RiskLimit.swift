public import Basics
public import Instruments

/// What a limit is about: which positions are netted into one before its figure is taken.
public enum LimitScope: String, Hashable, Sendable, CaseIterable {
  /// Each strategy by itself.
  case strategy
  /// All strategies of an account.
  case account
  /// Everything.
  case book
  /// Every leg on an underlying, whichever strategy holds it.
  case underlying
  /// Every leg of an expiry of an underlying; perpetuals and units of the underlying have none.
  case expiry
}

/// Which figure of a position is limited; the raw values are the names of the same figures in the other reports.
public enum LimitMetric: String, Hashable, Sendable, CaseIterable {
  case maxLoss = "max_loss"
  case margin
  /// The worst P&L of the grid, with its sign: a loss is negative.
  case worstProfit = "worst_pnl"
  case value
  case delta
  case deltaUnits = "delta_units"
  case deltaPerPercent = "delta_per_percent"
  case gamma
  case gammaPerPercent = "gamma_per_percent"
  case vega = "vega_per_vol_point"
  case theta = "theta_per_day"
  case rho = "rho_per_rate_point"
  case longUnits = "long_units"
  case shortUnits = "short_units"

  /// What is taken where a limit does not say it.
  public var bound: LimitBound {
    switch self {
    case .maxLoss, .margin, .longUnits, .shortUnits: return .atMost
    case .worstProfit: return .atLeast
    case .value, .delta, .deltaUnits, .deltaPerPercent, .gamma, .gammaPerPercent, .vega, .theta, .rho:
      return .absolute
    }
  }

  /// True where the figures of two underlyings have no common unit.
  var isOfOneUnderlying: Bool {
    switch self {
    case .delta, .deltaUnits, .gamma, .longUnits, .shortUnits: return true
    case .maxLoss, .margin, .worstProfit, .value, .deltaPerPercent, .gammaPerPercent, .vega, .theta, .rho:
      return false
    }
  }
}

/// Which side of a limit is forbidden. A figure that equals its limit keeps it.
public enum LimitBound: String, Hashable, Sendable, CaseIterable {
  case atMost = "at_most"
  case atLeast = "at_least"
  /// The figure's magnitude is at most the limit.
  case absolute
}

/// Whose limit it is.
public enum LimitName: Hashable, Sendable {
  /// One for each strategy, account, underlying or expiry that the book has.
  case every
  /// A strategy, account or underlying.
  case named(String)
  /// An expiry of one underlying, or of each.
  case expiry(Expiry, underlying: String?)
}

/// A limit that a desk has set.
public struct RiskLimit: Hashable, Sendable {
  public let scope: LimitScope
  /// ``LimitName/every`` for the book.
  public let name: LimitName
  public let metric: LimitMetric
  public let bound: LimitBound
  /// In settlement currency, or the metric's own unit; 0 or more for ``LimitBound/absolute``.
  public let limit: ExactAmount
  /// The settlement currency whose positions it is about; nil for whichever they are in.
  public let currency: Currency?

  /// - Returns: nil for an absolute limit below 0, which every figure would breach, an expiry's name in another scope or
  ///   another name in an expiry's, and a name for the book.
  public init?(
    scope: LimitScope, name: LimitName, metric: LimitMetric, bound: LimitBound? = nil, limit: ExactAmount,
    currency: Currency? = nil
  ) {
    let bound = bound ?? metric.bound
    guard bound != .absolute || limit >= .zero else { return nil }
    switch name {
    case .every: break
    case .named: guard scope != .book, scope != .expiry else { return nil }
    case .expiry: guard scope == .expiry else { return nil }
    }
    self.scope = scope
    self.name = name
    self.metric = metric
    self.bound = bound
    self.limit = limit
    self.currency = currency
  }
}
