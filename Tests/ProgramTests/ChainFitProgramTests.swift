import Foundation
import TestSupport
import Testing

/// `chain fit` and fitted surfaces as processes: files, options, exit codes.
@Suite("Chain fit as a program")
struct ChainFitProgramTests {
  static let whole = Fixture.root + "/Data/Markets/deribit-btc-2025-12-05-whole.yaml"
  static let bitcoin = Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.yaml"

  private func rows(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }

  @Test("The whole chain: a median error below 0.3 points in every expiry beyond two days")
  func wholeChain() throws {
    let answer = try Program.run(["chain", "fit", Self.whole, "--format", "csv"])
    #expect(answer.status == 0 && answer.errors == "", "\(answer.errors)")
    let expiries = rows(answer.output)
    #expect(expiries.count == 11)
    for row in expiries where row.number("years") * 365 > 2 {
      #expect(row.number("median_error_points") < 0.3, "\(row["expiry"] ?? "")")
    }
  }

  @Test("The whole chain, repaired: no arbitrage, and still below 0.3 points in every expiry beyond two days")
  func wholeChainRepaired() throws {
    let folder = try Folder()
    let residuals = folder.path + "/r.csv"
    let answer = try Program.run(["chain", "fit", Self.whole, "--repair", "--format", "csv", "--residuals", residuals])
    #expect(answer.status == 0 && answer.errors == "", "\(answer.errors)")
    let expiries = rows(answer.output)
    #expect(expiries.count == 11)
    #expect(expiries.reduce(0) { $0 + $1.number("quotes") } == 676)
    for row in expiries {
      #expect(row["status"] == "ok" && row["butterfly"] == "free" && row["uses_marks"] == "false")
      #expect(row["calendar"] == (row["expiry"] == "2025-12-06" ? "" : "free"))
      #expect(row.number("least_g") > 0 && row["exercise"] == "european")
      if row.number("years") * 365 > 2 {
        #expect(row.number("median_error_points") < 0.3, "\(row["expiry"] ?? "")")
      }
    }
    let errors = rows(folder.text("r.csv") ?? "").filter {
      $0.number("weight") > 0 && $0["instrument"]?.hasPrefix("BTC-6DEC25") == false
    }.map { $0.number("error_points").magnitude }.sorted()
    #expect(errors.count > 250 && errors[errors.count / 2] < 0.3)
    #expect(expiries.reduce(0) { $0 + $1.number("inside") } / expiries.reduce(0) { $0 + $1.number("two_sided") } > 0.95)
  }

  @Test("The parameters it writes are what --vol-surface and a market's surface take")
  func parameters() throws {
    let folder = try Folder()
    let names = ["p.yaml", "points.csv", "residuals.csv"].map { folder.path + "/" + $0 }
    let fit = try Program.run([
      "chain", "fit", Self.bitcoin, "--repair", "-o", names[0], "--points", names[1], "--residuals", names[2],
    ])
    #expect(fit.status == 0 && folder.names == ["p.yaml", "points.csv", "residuals.csv"], "\(fit.errors)")
    #expect(rows(folder.text("points.csv") ?? "").count == 202)
    #expect(rows(folder.text("residuals.csv") ?? "").count == 206)
    let stress = ["stress", "--legs", "1C95000 -1P90000 @26DEC25", "-m", Self.bitcoin, "--spot-shift", "-5,5"]
    let quoted = try Program.run(stress)
    let fromFile = try Program.run(stress + ["--vol-surface", names[0]])
    let fitted = try Program.run(stress + ["--vol-surface", "svi"])
    #expect(fromFile.status == 0 && fromFile.output == fitted.output, "\(fromFile.errors)")
    #expect(quoted.status == 0 && quoted.output != fitted.output)
    #expect(try Program.run(stress + ["--vol-surface", "quoted"]).output == quoted.output)
    let ssvi = try Program.run(stress + ["--vol-surface", "ssvi", "--smile", "sticky-delta"])
    #expect(ssvi.status == 0 && ssvi.output != fitted.output, "\(ssvi.errors)")
  }

  @Test(
    "A bad option ends with 64 and no output",
    arguments: [
      ["chain", "fit"], ["chain", "fit", bitcoin, "--model", "heston"],
      ["chain", "fit", bitcoin, "--model", "ssvi", "--repair"],
      ["chain", "fit", bitcoin, "-o", "a", "--points", "a"], ["chain", "fit", bitcoin, "-o", "-"],
      ["chain", "fit", bitcoin, "--format", "html"],
      ["chain", "fit", bitcoin, "--points", "p.csv", "--grid-years", "0.1"],
      ["chain", "fit", bitcoin, "--grid-years", "0.1", "--grid-moneyness", "0"],
      ["chain", "fit", bitcoin, "--points", "p.csv", "--grid-years", "0.1,0", "--grid-moneyness", "0"],
      ["margin", "book.csv", "--vol-surface", "svi"],
    ])
  func badOption(_ arguments: [String]) throws {
    let answer = try Program.run(arguments)
    #expect(answer.status == 64 && answer.output == "" && !answer.errors.isEmpty, "\(answer.errors)")
  }

  @Test("A chain that cannot be fitted says why and ends with 65")
  func unfitted() throws {
    let folder = try Folder()
    let header = "instrument,bid,ask,mark,implied_vol\n"
    _ = folder.file("q.csv", header + "BTC-26DEC25-92000-C,0.0485,0.0490,0.0487,0.5\n")
    let market = folder.file(
      "m.yaml", "as_of: 2025-12-05T01:10:52Z\nunderlyings:\n  BTC: {spot: 92000, quoted_in: coin, quotes: q.csv}\n")
    let answer = try Program.run(["chain", "fit", market, "-o", folder.path + "/p.yaml"])
    #expect(answer.status == 65 && answer.output == "", "\(answer.output)")
    #expect(answer.errors.contains("BTC cannot be fitted: found 1 strikes with a volatility, wanted 5 or more"))
    #expect(!folder.names.contains("p.yaml"))
    let stress = ["stress", "--legs", "1C92000@26DEC25", "-m", market, "--spot-shift", "0"]
    #expect(try Program.run(stress).status == 0)
    #expect(try Program.run(stress + ["--vol-surface", "svi"]).status == 65)
    #expect(try Program.run(stress + ["--vol-surface", "nowhere.yaml"]).status == 66)
  }

  @Test("An expiry with too few strikes is left out, and the others are fitted")
  func leftOut() throws {
    let folder = try Folder()
    let quotes = try String(contentsOfFile: Fixture.root + "/Data/Markets/deribit-btc-2025-12-05.csv", encoding: .utf8)
    let few = quotes.split(separator: "\n").filter { !$0.contains("30JAN26") || $0.contains("-100000-") }
    _ = folder.file("q.csv", few.joined(separator: "\n") + "\n")
    let market = folder.file(
      "m.yaml",
      "as_of: 2025-12-05T01:10:52Z\nunderlyings:\n  BTC: {spot: 92529.8, quoted_in: coin, tick_size: 0.0001, quotes: q.csv}\n"
    )
    let answer = try Program.run(["chain", "fit", market, "--format", "csv"])
    let expiries = rows(answer.output)
    #expect(answer.status == 0 && expiries.map { $0["status"] } == ["ok", "omitted"], "\(answer.errors)")
    #expect(answer.output.contains(",\"found 1 strikes with a volatility, wanted 5 or more\",\n"))
    let page = try Program.run(["chain", "fit", market])
    #expect(page.output.contains("30JAN26: left out: found 1 strikes"))
  }

  @Test("A grid of points has at most 64 on an axis, and says what it wanted")
  func gridLimit() throws {
    let folder = try Folder()
    let points = folder.path + "/p.csv"
    func fit(_ years: String, _ moneyness: String) throws -> Program.Answer {
      try Program.run([
        "chain", "fit", Self.bitcoin, "--points", points, "--grid-years", years, "--grid-moneyness", moneyness,
      ])
    }
    for (years, moneyness, words) in [
      ("0.01:1:65", "0", "found 65 numbers, wanted at most 64"), ("0.1", "-1:1:100000", "wanted at most 64"),
      ("0.1,0.1", "0", "wanted numbers, each once"), ("0.1", "x", "wanted numbers, each once"),
    ] {
      let answer = try fit(years, moneyness)
      #expect(answer.status == 64 && answer.errors.contains(words), "\(answer.errors)")
      #expect(folder.names.isEmpty)
    }
    #expect(try fit("0.01:1:64", "-1:1:64").status == 0)
    let rows = rows(folder.text("p.csv") ?? "")
    #expect(rows.count == 64 * 64)
    // The chain ends after 56 days.
    #expect(rows.allSatisfy { $0.number("years") < 0.155 || $0["extrapolated"] == "true" })
    #expect(rows.contains { $0["extrapolated"] == "false" })
  }

  @Test("Arbitrage is told with what mends it, on the page and where such parameters are used")
  func arbitrage() throws {
    let folder = try Folder()
    let (plain, repaired) = (folder.path + "/plain.yaml", folder.path + "/repaired.yaml")
    let page = try Program.run(["chain", "fit", Self.whole, "-o", plain])
    #expect(page.output.contains("7DEC25: butterfly arbitrage") && page.output.contains("--repair fits again"))
    let mended = try Program.run(["chain", "fit", Self.whole, "-o", repaired, "--repair"])
    #expect(mended.status == 0 && !mended.output.contains("--repair fits again"))
    let stress = ["stress", "--legs", "1C95000 -1P90000 @26DEC25", "-m", Self.whole, "--spot-shift", "0", "--quiet"]
    let warned = try Program.run(stress + ["--vol-surface", plain])
    #expect(warned.status == 0)
    #expect(
      warned.errors.contains("butterfly arbitrage at 6DEC25, 7DEC25, 12DEC25 and calendar arbitrage at 7DEC25"),
      "\(warned.errors)")
    #expect(warned.errors.contains("`bulkhead chain fit --repair`"))
    let silent = try Program.run(stress + ["--vol-surface", repaired])
    #expect(silent.status == 0 && silent.errors.isEmpty, "\(silent.errors)")
    let word = try Program.run(stress + ["--vol-surface", "sviii"])
    #expect(word.status == 66 && word.errors.contains("wanted quoted, svi, ssvi or a file"), "\(word.errors)")
  }

  @Test("An American chain is fitted in American volatilities, and the page and the rows say so")
  func american() throws {
    let google = Fixture.root + "/Data/Markets/goog-2015-12-23.yaml"
    let table = try Program.run(["chain", "fit", google, "--format", "csv", "--repair"])
    let expiries = rows(table.output)
    #expect(expiries.map { $0["exercise"] } == ["american", "american"] && table.status == 0, "\(table.errors)")
    for row in expiries {
      #expect(row.number("median_error_points") < 0.2 && row["butterfly"] == "free")
      #expect(row.number("inside") / row.number("two_sided") > 0.95)
    }
    #expect(try Program.run(["chain", "fit", google]).output.contains("American quotes: a volatility is"))
  }
}
