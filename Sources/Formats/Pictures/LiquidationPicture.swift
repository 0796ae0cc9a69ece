import Analysis
import Basics
import Instruments
import IsolatedMargin
import Pricing
import Scenarios

/// Equity less requirement of a box over the price, on each day asked for: where it is below zero the box is liquidated.
struct LiquidationPicture {
  private let answer: LiquidationAnswer
  private let source: PictureSource
  private let prices: [Double]
  private let days: [LiquidationAnswer.Day]

  private static let steps = 161
  private static let dayLimit = 6

  init(_ answer: LiquidationAnswer, source: PictureSource) {
    self.answer = answer
    self.source = source
    days = Array(answer.days.prefix(LiquidationPicture.dayLimit))
    let spot = answer.box.market.spot
    let bounds = days.flatMap { $0.region.bands.flatMap { [$0.lower?.price, $0.upper?.price].compactMap { $0 } } }
    let strikes = answer.box.strategy.legs.compactMap { $0.instrument.strike?.value }
    let marks = (bounds + strikes).filter { $0 >= 0.2 * spot && $0 <= 3 * spot }
    let low = min(0.7 * spot, (marks.min() ?? spot) * 0.96)
    let high = max(1.3 * spot, (marks.max() ?? spot) * 1.04)
    var near = Set(marks).sorted()
    if near.count > 256 { near = (0..<256).map { near[$0 * (near.count - 1) / 255] } }
    prices = Set(ScenarioGrid.nodes(from: low, to: high, count: LiquidationPicture.steps) + near + [spot]).sorted()
  }

  private var box: LiquidationBox { answer.box }
  private var code: String { box.strategy.currency.code }

  private func price(_ value: Double) -> String {
    FigureText.thousands(FigureText.fixed(value, FigureText.priceDecimals(box.market.spot)))
  }

  private func name(_ day: LiquidationAnswer.Day) -> String {
    day.state.daysForward == 0 ? "today" : "in \(PayoffPicture.days(day.state.daysForward))"
  }

  func picture() -> Picture {
    let title = Picture.name(of: box.strategy.name)
    let underlying = FigureText.plain(box.strategy.legs.first?.instrument.underlying ?? "")
    let table = days.map { day in prices.map { box.excess(at: $0, day.state).value } }
    var chart = LineChart(
      lines: days.indices.map { index in
        LineChart.Line(
          name: name(days[index]),
          pieces: [zip(prices, table[index]).filter { $1.isFinite }.map { LineChart.Point(x: $0, y: $1) }],
          look: index, isFilled: index == 0)
      }, xRange: prices[0]...prices[prices.count - 1],
      xTitle: "\(underlying) price in \(PageUnits.quoteCode(of: box.strategy))",
      yTitle: "\(balance) less requirement in \(code)", isProfit: true)
    chart.spot = LineChart.Mark(x: box.market.spot, label: "spot \(price(box.market.spot))")
    let strikes = Set(box.strategy.legs.compactMap { $0.instrument.strike }).sorted()
    chart.guides = strikes.filter { chart.xRange.contains($0.value) }.map {
      LineChart.Mark(x: $0.value, label: FigureText.thousands("\($0)"))
    }
    let first = days[0].region
    chart.zeros = first.bands.flatMap { [$0.lower, $0.upper] }.compactMap { $0 }.filter {
      chart.xRange.contains($0.price)
    }.map { LineChart.Mark(x: $0.price, label: price($0.price)) }
    chart.zerosName = "bound \(name(days[0]))"
    chart.bands = first.bands.compactMap { PayoffPicture.band($0.lower?.price, $0.upper?.price, chart.xRange) }
    chart.bandsName = "liquidated \(name(days[0]))"
    chart.remarks = remarks
    return Picture(
      name: "liquidation", title: title + ": where the box is liquidated",
      units: "\(balance) less requirement in \(code), deposit "
        + "\(FigureText.thousands(FigureText.fixed(box.deposit, box.strategy.currency.decimals, .nearest))).",
      source: source.text, description: description,
      figures: { csv(table) }, chart: .lines(chart))
  }

  private var balance: String { box.maintenance.balance == .cash ? "Cash" : "Equity" }

  private var remarks: [String] {
    // What a missing band means is said: the line alone may run out of the picture.
    let never = days.filter { $0.region.status == .none }.map(name)
    let outside = days.filter { $0.region.status == .alreadyOutside }.map(name)
    var remarks: [String] = []
    if !never.isEmpty { remarks.append("Never liquidated \(never.joined(separator: ", ")): no price does it.") }
    if !outside.isEmpty { remarks.append("At the present spot it is liquidated \(outside.joined(separator: ", ")).") }
    remarks.append("Rule: \(FigureText.plain(box.maintenance.text)). Certainty: \(days[0].region.certificate.text).")
    // What holds of a later day and not of the first: that day's name is "in ... days".
    for day in days.dropFirst() where day.state.daysForward > 0 {
      let own = answer.notes(day.state).filter { !answer.notes(days[0].state).contains($0) }
      if !own.isEmpty { remarks.append("I\(name(day).dropFirst()): \(own.joined(separator: "; ")).") }
    }
    if days.count < answer.days.count { remarks.append("\(days.count) of \(answer.days.count) days are drawn.") }
    return remarks
  }

  private var description: String {
    let regions = days.map { day -> String in
      let bands = day.region.bands.map { band in
        [band.lower.map { "above \(price($0.price))" }, band.upper.map { "below \(price($0.price))" }]
          .compactMap { $0 }.joined(separator: " and ")
      }
      let words = bands.map { $0.isEmpty ? "everywhere" : $0 }.joined(separator: ", ")
      return "\(name(day)) liquidated \(bands.isEmpty ? "at no price" : words)"
    }
    return "Spot \(price(box.market.spot)); " + regions.joined(separator: "; ") + ". " + remarks.joined(separator: " ")
  }

  private func csv(_ table: [[Double]]) -> String {
    var writer = CSVWriter()
    writer.row(["spot"] + days.map { "excess_day_\(FigureText.shortest($0.state.daysForward) ?? "")" })
    for (row, price) in prices.enumerated() {
      writer.cell(price)
      for column in table { writer.cell(column[row]) }
      writer.endRow()
    }
    return writer.text
  }
}
