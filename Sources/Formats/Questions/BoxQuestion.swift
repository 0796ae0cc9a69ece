public import Analysis
public import Basics
public import IsolatedMargin
public import MarketData
public import Pricing

/// What `liquidation` asks about the box of a strategy.
public struct BoxQuestion: Sendable {
  /// What the holder brings, as it was written, in settlement currency; nil for the margin.
  public var deposit: String?
  /// One volatility for all options; nil for each one's own.
  public var volatility: Double?
  public var plan: ClosingPlan?
  /// Calendar days forward; nil for today, and for a surface every day to the last expiry.
  public var days: [Double]?
  /// Of a surface; nil for -20 to 20 points.
  public var volatilityShifts: [Double]?
  /// Prices that a top-up should make safe.
  public var pushes: [Double] = []
  /// Nil asks for no probabilities.
  public var outlook: LiquidationOutlookRequest?

  public init() {}

  /// The most nodes of a surface.
  public static let nodeLimit = 1_000_000

  /// Refuses a rule whose scenarios are valued at the market's moment where another moment is asked about.
  public func check(
    _ choice: MaintenanceChoice, named name: String, isSurface: Bool
  ) throws(StatementError) {
    let isLater = days?.contains { $0 != 0 } == true
    guard !choice.isOfMoment || !(isSurface || outlook != nil || volatility != nil || isLater) else {
      throw .option(
        "--maintenance: found \(name), whose scenarios are valued at the market's moment and volatilities, "
          + "wanted it without --surface, --probability, --days and --vol")
    }
  }

  /// The box with its deposit.
  ///
  /// - Throws: ``StatementError``, ``PricingError``, ``IsolatedMarginError`` or ``MarginRulesError``.
  public func box(
    of filled: FilledStrategy, _ maintenance: MaintenanceChoice, in market: MarketState
  ) throws -> LiquidationBox {
    let terms = try LiquidationMarket(of: filled, in: market, volatility: volatility)
    return try LiquidationBox(
      of: filled, deposit: try amount(for: filled, in: market),
      maintenance: try maintenance.model(for: filled, in: market, plan: plan),
      market: terms, plan: plan)
  }

  private func amount(for filled: FilledStrategy, in market: MarketState) throws -> ExactAmount {
    if let deposit { return try BoxQuestion.deposit(parsing: deposit, currency: filled.currency) }
    let margin = StrategyMargin(of: filled, plan: plan, market: market)
    if let amount = margin.margin { return amount.exact }
    throw IsolatedMarginError.badInput(
      "deposit", found: "a strategy whose margin is \(margin.status.rawValue)",
      wanted: margin.status == .severalExpiries ? "--deposit with an amount, or --policy" : "--deposit with an amount")
  }

  /// What the holder brings, from its text.
  public static func deposit(
    parsing text: String, currency: Currency
  ) throws(StatementError) -> ExactAmount {
    let amount: Money
    do { amount = try Money(parsing: text, currency: currency) } catch { throw .option("--deposit: \(error)") }
    guard amount.minorUnits >= 0 else { throw .option("--deposit: found \(amount.text), wanted 0 or more") }
    return amount.exact
  }

  /// - Parameter outlook: The probabilities, where they were asked for.
  public func answer(_ box: LiquidationBox, outlook: LiquidationOutlook? = nil) -> LiquidationAnswer {
    LiquidationAnswer(of: box, days: days ?? [0], pushes: pushes, volatility: volatility, outlook: outlook)
  }

  public func surface(_ box: LiquidationBox) -> LiquidationSurface {
    box.surface(
      days: days ?? BoxQuestion.daysToExpiry(box),
      volatilityShifts: volatilityShifts ?? ScenarioAxis.shifts("-20:20:21") ?? [0])
  }

  /// Days to the end of the last option; whole days, at most 30 steps.
  private static func daysToExpiry(_ box: LiquidationBox) -> [Double] {
    let years = box.market.terms.compactMap { $0?.years }.max() ?? 0
    let last = (years * 365).rounded(.down)
    guard last >= 1 else { return [0] }
    return last <= 30
      ? (0...Int(last)).map(Double.init) : (0..<30).map { Double(Int(last) * $0 / 29) }
  }
}
