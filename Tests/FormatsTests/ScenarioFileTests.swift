import Foundation
import Scenarios
import TestSupport
import Testing

@testable import Formats

/// Files of scenarios: what they say, and the words for what they cannot say.
@Suite("Scenario file")
struct ScenarioFileTests {
  private func read(_ text: String, named name: String) throws -> ScenarioFile {
    let folder = try TemporaryFolder()
    return try withExtendedLifetime(folder) { try ScenarioFile(folder.file(text, named: name)) }
  }

  /// What a refused file is told, without the folder's name.
  private func refusal(_ text: String, named name: String) -> String? {
    do {
      _ = try read(text, named: name)
      return nil
    } catch {
      let message = "\(error)"
      return message.range(of: "/\(name):").map { String(message[$0.upperBound...]) } ?? message
    }
  }

  static let csv = """
    name,underlying,spot_shift,vol_shift,vol_relative_shift,skew_shift,curvature_shift,days_forward,weight,cover
    fall,,-0.2,0.1,,,,,2,
    fall,ETH,-0.3,,0.5,-0.01,0.002,3,,0.35
    "rise, slow",BTC,1e-1,,,,,7.5,1,

    """

  @Test("A row is the move of one underlying, rows of a name are one scenario")
  func csvFile() throws {
    let file = try read(Self.csv, named: "s.csv")
    let fall = try Scenario(
      name: "fall", daysForward: 3,
      common: UnderlyingMove(spot: -0.2, volatility: VolatilityShift(level: 0.1)),
      moves: [
        "ETH": UnderlyingMove(
          spot: -0.3, volatility: VolatilityShift(skew: -0.01, curvature: 0.002, relative: 0.5))
      ], weight: 2, cover: 0.35)
    let rise = try Scenario(
      name: "rise, slow", daysForward: 7.5, moves: ["BTC": UnderlyingMove(spot: 0.1)], weight: 1)
    #expect(file.scenarios == [fall, rise] && file.warnings.isEmpty && file.classes.isEmpty)
  }

  @Test("Shifts beyond 100 percent are told, as what was mostly meant as percent")
  func percents() throws {
    let file = try read(
      "name,spot_shift,vol_shift,vol_relative_shift\nup,5,20,\nmild,1,-1,3\nfear,,2,\n", named: "s.csv")
    try #require(file.scenarios.count == 3 && file.warnings.count == 2)
    #expect(
      file.warnings[0].hasSuffix(
        "s.csv:2:1: warning: 'up' has spot_shift 5, which is +500 percent and vol_shift 20, which is +2000 points of "
          + "volatility: shifts are fractions, 5 percent is 0.05"), "\(file.warnings)")
    #expect(file.warnings[1].contains("s.csv:4:1: warning: 'fear' has vol_shift 2,"), "\(file.warnings)")
    let tree = try read("scenarios: [{name: up, underlyings: {BTC: {spot_shift: 5}}}]", named: "s.yaml")
    #expect(tree.warnings.count == 1 && tree.warnings[0].contains("+500 percent"), "\(tree.warnings)")
  }

  @Test("The file of scenarios in the README is one")
  func example() throws {
    let readme = try String(contentsOfFile: Fixture.root + "/README.md", encoding: .utf8)
    let start = try #require(readme.range(of: "```yaml\nscenarios:"))
    let end = try #require(readme[start.upperBound...].range(of: "\n```"))
    let file = try read("scenarios:" + readme[start.upperBound..<end.lowerBound], named: "s.yaml")
    #expect(file.scenarios.map(\.name) == ["fall and fear", "slow melt"] && file.warnings.isEmpty)
    #expect(file.scenarios[0].common.spot == -0.2 && file.scenarios[1].daysForward == 7)
    #expect(file.scenarios[1].moves["BTC"]?.volatility.relative == -0.25)
  }

  @Test("Columns in any order, carriage returns, a mark of byte order, fewer columns")
  func clothes() throws {
    let plain = try read("name,spot_shift\na,0.1\nb,-0.1\n", named: "s.csv").scenarios
    for text in [
      "spot_shift,name\n0.1,a\n-0.1,b", "name,spot_shift\r\na,0.1\r\nb,-0.1\r\n",
      "\u{FEFF}name,spot_shift\na,0.1\nb,-0.1\n",
      "name,underlying,spot_shift,weight\na,,0.1,\nb,,-0.1,\n",
    ] {
      #expect(try read(text, named: "s.csv").scenarios == plain)
    }
    #expect(try read("name,vol_shift\nstill,\n", named: "s.csv").scenarios == [try Scenario(name: "still")])
    #expect(
      try read("name,days_forward\nlater,3\n", named: "s.csv").scenarios
        == [try Scenario(name: "later", daysForward: 3)])
    let odd = try read("name,spot,spot_shift\na,5,0.1\n", named: "s.csv")
    #expect(odd.warnings.count == 1 && odd.warnings[0].contains("'spot'"))
  }

  @Test("YAML says the same, and knows classes and tables of moves")
  func yamlFile() throws {
    let file = try read(
      """
      classes: {coin: BTC, equity: SPX}
      scenarios:
        - {name: fall, spot_shift: -0.2, vol_shift: 0.1, days_forward: 3, weight: 2, cover: 0.35,
           underlyings: {ETH: {spot_shift: -0.3, vol_relative_shift: 0.5, skew_shift: -0.01, curvature_shift: 0.002}}}
        - name: rise, slow
          days_forward: 7.5
          weight: 1
          underlyings:
            BTC: {spot_shift: 1e-1}
      """, named: "s.yaml")
    #expect(file.scenarios == (try read(Self.csv, named: "s.csv")).scenarios)
    #expect(file.classes == [.coin: "BTC", .equity: "SPX"])
    let table = try read(
      "scenarios: [{name: first, vol_moves: [{years: 0.1, log_moneyness: [-0.2, 0.1], moves: [0.03, -0.01]}]}]",
      named: "s.yml"
    ).scenarios[0].common.volatility.moves
    #expect(
      try table == VolatilityMoves([.init(years: 0.1, logMoneyness: [-0.2, 0.1], moves: [0.03, -0.01])]))
    #expect(
      try read(#"{"scenarios": [{"name": "a", "spot_shift": 0.1}]}"#, named: "s.json").scenarios
        == [try Scenario(name: "a", common: UnderlyingMove(spot: 0.1))])
  }

  static let badRows: [(csv: String, words: String)] = [
    ("spot_shift\n0.1\n", "1:1: error: found columns 'spot_shift', wanted a column 'name' among them"),
    ("name,spot_shift\n", "1:1: error: found no scenario, wanted at least one"),
    ("name,spot_shift\n,0.1\n", "2:1: error: found an empty cell, wanted a scenario's name"),
    ("name,spot_shift\na,five\n", "2:3: error: found 'five', wanted a finite number"),
    ("name,spot_shift\na,nan\n", "2:3: error: found 'nan', wanted a finite number"),
    ("name,vol_shift\na,inf\n", "2:3: error: found 'inf', wanted a finite number"),
    ("name,skew_shift\na,1e999\n", "2:3: error: found '1e999', wanted a finite number"),
    ("name,spot_shift\na,-1\n", "2:1: error: scenario 'a': spot_shift: found -1.0"),
    ("name,days_forward\na,-1\n", "2:1: error: scenario 'a': days_forward: found -1.0"),
    ("name,spot_shift,cover\na,,2\n", "2:1: error: scenario 'a': cover: found 2.0"),
    ("name,spot_shift,weight\na,,-1\n", "2:1: error: scenario 'a': weight: found -1.0"),
    ("name,vol_relative_shift\na,-2\n", "2:1: error: scenario 'a': vol_relative_shift: found -2.0"),
    ("name,curvature_shift\na,2e6\n", "2:1: error: scenario 'a': curvature_shift: found 2000000.0"),
    ("name,spot_shift\na,0.1\nb,0.1\na,0.2\n", "4:1: error: found the common move of 'a' again"),
    ("name,underlying,spot_shift\na,BTC,\na,BTC,\n", "3:3: error: found 'BTC' in 'a' again"),
    (
      "name,underlying,weight,spot_shift\na,BTC,1,\na,ETH,2,\n",
      "3:7: error: found '2', wanted the weight that another row of 'a'"
    ),
    (
      "name,underlying,days_forward\na,BTC,1\na,,2\n",
      "3:4: error: found '2', wanted the calendar days that another row"
    ),
    (
      "name,spot,weight\na,0.1,1\n",
      "1:1: error: found columns 'name', 'spot', 'weight', wanted at least one that moves something: spot_shift, "
        + "vol_shift, vol_relative_shift, skew_shift, curvature_shift, days_forward"
    ),
    ("name,spot_shift,weight\na,,0\nb,,0\n", "2:1: error: found weights that are all 0"),
    ("name,spot_shift\na,0.1,7\n", "2:"),
  ]

  @Test("A bad row is told with its place", arguments: badRows)
  func badRow(_ row: (csv: String, words: String)) {
    let found = refusal(row.csv, named: "s.csv") ?? "nothing"
    #expect(found.hasPrefix(row.words), "\(found)")
  }

  static let badTrees: [(yaml: String, words: String)] = [
    ("classes: {}", "found no key 'scenarios'"), ("scenarios: []", "found no scenario"),
    ("scenarios: [{spot_shift: 1}]", "no key 'name'"), ("scenarios: [{name: a}, {name: a}]", "name 'a' again"),
    ("scenarios: [{name: a, shift: 1}]", "key 'shift'"),
    ("scenarios: [{name: a, spot_shift: x}]", "'x', wanted a finite number"),
    ("scenarios: [{name: a, weight: .nan}]", "'.nan', wanted weight"),
    ("scenarios: [{name: a, underlyings: {BTC: {spot: 1}}}]", "key 'spot'"),
    ("scenarios: [{name: a, underlyings: {BTC: 5}}]", "wanted a move"),
    ("scenarios: [{name: a, underlyings: {BTC: {spot_shift: -1}}}]", "spot_shift of BTC: found -1.0"),
    ("scenarios: [{name: a, vol_moves: [{years: 1, moves: [1]}]}]", "no key 'log_moneyness'"),
    ("scenarios: [{name: a, vol_moves: [{years: 1, log_moneyness: [0], moves: [1, 2]}]}]", "found 2 moves at 1 places"),
    ("scenarios: [{name: a, vol_moves: [{years: x, log_moneyness: [0], moves: [1]}]}]", "'x', wanted a time in years"),
    ("scenarios: [{name: a, vol_moves: [{years: 1, strike: 3}]}]", "key 'strike'"),
    ("classes: {bond: X}\nscenarios: [{name: a}]", "key 'bond', wanted coin or equity"),
    ("scenarios: [a]", "wanted a scenario"),
  ]

  @Test("A bad tree is told with its place", arguments: badTrees)
  func badTree(_ row: (yaml: String, words: String)) {
    let found = refusal(row.yaml, named: "s.yaml") ?? "nothing"
    #expect(found.contains(row.words) && found.first?.isNumber == true, "\(found)")
  }

  @Test("A list that is written reads back as itself", arguments: [81, 82, 83])
  func roundTrip(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let symbols = seed == 83 ? [] : ["BTC", "ETH"]
    let scenarios = try (0..<40).map { index in
      func move() -> UnderlyingMove {
        UnderlyingMove(
          spot: generator.number(-0.9, 2),
          volatility: VolatilityShift(
            level: generator.number(-1, 1), skew: generator.number(-1, 1), curvature: generator.number(-1, 1),
            relative: generator.number(-1, 1)))
      }
      var moves: [String: UnderlyingMove] = [:]
      for symbol in symbols where generator.chance(0.6) { moves[symbol] = move() }
      return try Scenario(
        name: "s \(index), \"quoted\"", daysForward: generator.pick([0, 1, 7.25]),
        common: generator.chance(0.5) ? move() : .none, moves: moves, weight: seed == 81 ? nil : generator.number(0, 3),
        cover: generator.pick([1, 0.35]))
    }
    let list = try ScenarioList(scenarios)
    let folder = try TemporaryFolder()
    var sink = try OutputSink(folder.path + "/out.csv")
    try ScenarioListWriter.write(list, to: &sink)
    try sink.finish()
    let again = try ScenarioList(try ScenarioFile(folder.path + "/out.csv").scenarios)
    #expect(again.names == list.names && again.daysForward == list.daysForward && again.covers == list.covers)
    #expect(again.weights == list.weights, "\(generator)")
    for index in 0..<list.count {
      for symbol in symbols + (symbols.isEmpty ? ["XYZ"] : []) {
        #expect(again.move(index, of: symbol) == list.move(index, of: symbol), "\(generator)")
      }
      #expect(again.move(index, of: "XYZ") == list.move(index, of: "XYZ"), "\(generator)")
    }
  }

  @Test("A table of moves has no columns, and is refused before anything is written")
  func tables() throws {
    let moves = try VolatilityMoves([.init(years: 0, logMoneyness: [0], moves: [0.1])])
    let list = try ScenarioList([
      Scenario(name: "a", common: UnderlyingMove(volatility: VolatilityShift(moves: moves)))
    ])
    let folder = try TemporaryFolder()
    var sink = try OutputSink(folder.path + "/out.csv")
    #expect { try ScenarioListWriter.write(list, to: &sink) } throws: { "\($0)".contains("have no columns") }
  }

  // MARK: What is shipped

  @Test("A list's name leaves steps out, a scenario's name brings them")
  func shelf() throws {
    let shelf = try ScenarioShelf(dataFolders: [Fixture.root + "/Data"])
    #expect(
      shelf.names == [
        "crashes", "crash:1987-10", "crash:2008-09", "crash:2020-03", "crash:2021-05", "crash:2022-11",
      ])
    let crashes = try #require(shelf.selection(named: "crashes"))
    #expect(crashes.scenarios.count == 5 && crashes.classes == [.coin: "BTC", .equity: "SPX"])
    let one = try #require(shelf.selection(named: "crash:2020-03"))
    #expect(one.scenarios.map(\.name) == ["crash:2020-03", "crash:2020-03/1", "crash:2020-03/2"])
    #expect(try #require(shelf.selection(named: "crash:2020-03/2")).scenarios.count == 1)
    #expect(shelf.selection(named: "crash:2020") == nil && shelf.selection(named: "") == nil)
  }

  /// The closes of a file of `Data/Histories`.
  private func closes(_ name: String) throws -> [(date: String, close: Double)] {
    try String(contentsOfFile: "\(Fixture.root)/Data/Histories/crash-\(name).csv", encoding: .utf8)
      .split(separator: "\n").dropFirst().map { line in
        let cells = line.split(separator: ",")
        return (String(cells[0]), try #require(Double(cells[1])))
      }
  }

  @Test(
    "The shipped crashes are the worst falls between the shipped closes",
    arguments: [
      (crash: "crash:1987-10", symbol: "SPX", closes: "1987-10-spx", from: "1987-10-16", index: "1987-10-vxo"),
      ("crash:2008-09", "SPX", "2008-09-spx", "2008-08-29", "2008-09-vix"),
      ("crash:2020-03", "SPX", "2020-03-spx", "2020-03-11", "2020-03-vix"),
      ("crash:2020-03", "BTC", "2020-03-btc", "2020-03-11", ""),
      ("crash:2021-05", "SPX", "2021-05-spx", "2021-05-18", "2021-05-vix"),
      ("crash:2021-05", "BTC", "2021-05-btc-hourly", "2021-05-18", ""),
      ("crash:2021-05", "ETH", "2021-05-eth-hourly", "2021-05-18", ""),
      ("crash:2022-11", "SPX", "2022-11-spx", "2022-10-31", "2022-11-vix"),
      ("crash:2022-11", "BTC", "2022-11-btc", "2022-10-31", ""),
    ])
  func crashes(_ row: (crash: String, symbol: String, closes: String, from: String, index: String)) throws {
    let shelf = try ScenarioShelf(dataFolders: [Fixture.root + "/Data"])
    let scenario = try #require(shelf.selection(named: row.crash)).scenarios[0]
    let move = try #require(scenario.moves[row.symbol])
    let history = try closes(row.closes).filter { $0.date >= row.from }
    var worst = (ratio: Double.infinity, peak: "", trough: "")
    var peak = history[0]
    for point in history {
      if point.close / peak.close < worst.ratio { worst = (point.close / peak.close, peak.date, point.date) }
      if point.close > peak.close { peak = point }
    }
    // An hour's last day ends the window's first close: the coin's daily close is there within a tick of the exchange.
    let bound = row.closes.hasSuffix("hourly") ? 2e-4 : 1e-6
    #expect(abs(move.spot - (worst.ratio - 1)) < bound, "\(move.spot), \(worst)")
    guard !row.index.isEmpty else {
      #expect(move.volatility.relative > 0.3, "a coin's realised volatility rises")
      return
    }
    let levels = Dictionary(uniqueKeysWithValues: try closes(row.index).map { ($0.date, $0.close) })
    let relative = try #require(levels[worst.trough]) / (try #require(levels[worst.peak])) - 1
    #expect(abs(move.volatility.relative - relative) < 1e-6)
  }

  @Test("Of a coin the volatility moves as a weighted mean of squared returns does")
  func realised() throws {
    let history = try closes("2020-03-btc")
    let returns = zip(history, history.dropFirst()).map { ($0.0.date, Foundation.log($0.1.close / $0.0.close)) }
    var variance = returns.prefix(30).reduce(0) { $0 + $1.1 * $1.1 } / 30
    var levels: [String: Double] = [:]
    for (index, (_, r)) in returns.enumerated().dropFirst(30) {
      variance = 0.94 * variance + 0.06 * r * r
      levels[history[index + 1].date] = variance.squareRoot()
    }
    let shelf = try ScenarioShelf(dataFolders: [Fixture.root + "/Data"])
    let path = try #require(shelf.selection(named: "crash:2020-03")).scenarios
    let start = try #require(levels["2020-03-11"])
    for (name, date, days) in [("crash:2020-03/1", "2020-03-12", 1.0), ("crash:2020-03/2", "2020-03-13", 2)] {
      let step = try #require(path.first { $0.name == name })
      let close = try #require(history.first { $0.date == date }).close
      let move = step.move(of: "BTC")
      #expect(step.daysForward == days)
      #expect(abs(move.spot - (close / 7938.05 - 1)) < 1e-6)
      #expect(abs(move.volatility.relative - (try #require(levels[date]) / start - 1)) < 1e-6)
    }
  }
}
