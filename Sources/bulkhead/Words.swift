public import Analysis
public import ArgumentParser
public import Formats
public import Instruments
public import IsolatedMargin
public import MarketData
public import Pricing
public import Scenarios

// The words of the lower floors as values of options; the parser lists them where a wrong one is given.
extension Settlement: ExpressibleByArgument {}
extension AccountReport.Format: ExpressibleByArgument {}
extension DeleveragingOrder: ExpressibleByArgument {}
extension FillRule: ExpressibleByArgument {}
extension SmileDynamics: ExpressibleByArgument {}
extension PrincipalComponents.Scaling: ExpressibleByArgument {}
extension ChainReport.Format: ExpressibleByArgument {}
extension ChainFitReport.Format: ExpressibleByArgument {}
extension CatalogueReport.Format: ExpressibleByArgument {}
extension ComponentsReport.Format: ExpressibleByArgument {}
extension ReportFormat: ExpressibleByArgument {}
extension ComparisonFormat: ExpressibleByArgument {}
extension ExplanationFormat: ExpressibleByArgument {}
extension RulesReport.Format: ExpressibleByArgument {}
extension ColorChoice: ExpressibleByArgument {}
extension PlotChoice: ExpressibleByArgument {}
extension StressFormat: ExpressibleByArgument {}
extension LiquidationFormat: ExpressibleByArgument {}
extension PerpetualsReport.Format: ExpressibleByArgument {}
extension AttributionReport.Grain: ExpressibleByArgument {}
extension LadderGrain: ExpressibleByArgument {}
extension ScanReport.Format: ExpressibleByArgument {}
extension WingRule: ExpressibleByArgument {}
extension SurfaceModel: ExpressibleByArgument {}
extension VolatilityMove: ExpressibleByArgument {}
extension RiskGrain: ExpressibleByArgument {}
extension RiskReport.Format: ExpressibleByArgument {}
extension VolatilityBand.Sharing: ExpressibleByArgument {}
extension AdjustmentFormat: ExpressibleByArgument {}
extension StrategyRoll.Selection: ExpressibleByArgument {}
extension ClosingWord: ExpressibleByArgument {}
