public import Basics
import IsolatedMargin
import Pricing

/// Where a strategy's box is liquidated at the market's own moment and volatilities.
public struct PresentLiquidation: Sendable {
  /// What the holder brings, settlement currency: the margin, unless another amount was stated.
  public let deposit: ExactAmount
  /// The requirement's word, such as `none` or `deribit-standard`.
  public let maintenance: String
  /// The same as a sentence without a full stop.
  public let maintenanceText: String
  public let prices: LiquidationPrices
}

extension StrategyAnalyzer {
  /// The answer, or why there is none: nil where nothing was asked and there is nothing to say.
  func presentLiquidation(
    _ filled: FilledStrategy, _ book: ResolvedBook, _ margin: StrategyMargin
  ) -> (answer: PresentLiquidation?, problem: String?) {
    let isAsked = request.maintenance != nil || request.deposit != nil
    guard let deposit = request.deposit ?? margin.margin?.exact else {
      return (
        nil,
        isAsked
          ? "where the box is liquidated is not known: there is no margin, and no --deposit was stated in its place"
          : nil
      )
    }
    do {
      let model: any MaintenanceModel = request.maintenance ?? NoMaintenance()
      let terms = try LiquidationMarket(of: filled, as: book, in: market)
      let box = try LiquidationBox(
        of: filled, deposit: deposit, maintenance: model, market: terms, plan: request.plan, loss: margin.maximumLoss)
      return (
        PresentLiquidation(
          deposit: deposit, maintenance: model.name, maintenanceText: model.text,
          prices: LiquidationPrices(box.region())), nil
      )
    } catch { return (nil, isAsked ? "where the box is liquidated is not known: \(error)" : nil) }
  }
}
