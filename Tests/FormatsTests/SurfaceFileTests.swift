import Basics
import MarketData
import TestSupport
import Testing

@testable import Formats

@Suite("Files of fitted surfaces")
struct SurfaceFileTests {
  static let svi = """
    as_of: 2025-12-05T01:10:52Z
    underlyings:
      BTC:
        model: svi
        expiries:
          - {expiry: 26DEC25, expires_at: 2025-12-26T08:00:00Z, forward: 92726.41, k_low: -0.5, k_high: 0.4, a: 0.001,
             b: 0.05, rho: -0.2, m: 0.01, sigma: 0.15}
          - {expiry: 30JAN26, expires_at: 2026-01-30T08:00:00Z, k_low: -0.6, k_high: 0.5, a: 0.004, b: 0.08, rho: -0.2,
             m: 0.02, sigma: 0.25}
    """

  static let ssvi = """
    as_of: 2025-12-05T01:10:52Z
    underlyings:
      BTC:
        model: ssvi
        rho: -0.3
        eta: 0.9
        gamma: 0.4
        expiries:
          - {expires_at: 2025-12-26T08:00:00Z, k_low: -0.5, k_high: 0.4, theta: 0.012}
          - {expires_at: 2026-01-30T08:00:00Z, k_low: -0.5, k_high: 0.4, theta: 0.03}
    """

  static func read(_ text: String) throws -> SurfaceFile {
    let folder = try TemporaryFolder()
    return try SurfaceFile(folder.file(text, named: "parameters.yaml"))
  }

  static func fitted(_ model: SurfaceModel) throws -> (file: MarketFile, fit: ChainFit) {
    let file = try MarketFile(Fixture.root + "/Data/Markets/goog-2015-12-23.yaml")
    return (file, try ChainFit(try #require(file.state["GOOG"]), model: model))
  }

  @Test("Where a fitted surface is used, the source says so")
  func source() throws {
    let path = Fixture.root + "/Data/Markets/goog-2015-12-23.yaml"
    let quoted = try MarketFile(path).source
    #expect(!quoted.contains("surface"))
    #expect(try MarketFile(path, surface: .quoted).source == quoted)
    #expect(
      try MarketFile(path, surface: .fitted(.ssvi)).source == quoted + "; volatilities of a fitted surface: GOOG SSVI")
  }

  @Test("Parameters that were written are read as the same surface, digit by digit", arguments: SurfaceModel.allCases)
  func roundTrip(model: SurfaceModel) throws {
    let (file, fit) = try Self.fitted(model)
    let text = SurfaceParameters.text([fit], of: file.state)
    let read = try Self.read(text)
    #expect(read.asOf == file.state.asOf && read.warnings.isEmpty && read.symbols == ["GOOG"])
    #expect(read["GOOG"] == fit.surface)
    #expect(read["MSFT"] == nil)
  }

  @Test("A market reads its volatilities from the surface it names, and from that of the call before it")
  func market() throws {
    let folder = try TemporaryFolder()
    _ = folder.file(MarketFileTests.quotes, named: "quotes.csv")
    _ = folder.file(Self.svi, named: "p.yaml")
    let text =
      "as_of: 2025-12-05T01:10:52Z\nunderlyings:\n  BTC:\n"
      + MarketFileTests.indented(MarketFileTests.block + "\nsurface: p.yaml", "    ", "    ")
    let path = folder.file(text, named: "market.yaml")
    func volatility(_ file: MarketFile) throws -> Double {
      let underlying = try #require(file.state["BTC"])
      return try #require(underlying.surface.volatility(logMoneyness: 0.1, years: 0.1)).value
    }
    let stated = try MarketFile(path)
    #expect(stated.warnings.isEmpty && stated.state["BTC"]?.surface.name == "svi")
    let own = try Self.read(Self.svi)
    #expect(try volatility(stated) == own["BTC"]?.volatility(logMoneyness: 0.1, years: 0.1)?.value)
    #expect(try volatility(try MarketFile(path, surface: .quoted)) == 0.5)
    let other = folder.file(Self.ssvi, named: "s.yaml")
    #expect(try MarketFile(path, surface: .file(other)).state["BTC"]?.surface.name == "ssvi")
  }

  @Test("A word of a surface is one, anything else a file's name")
  func words() {
    #expect(SurfaceChoice("quoted") == .quoted && SurfaceChoice("svi") == .fitted(.svi))
    #expect(SurfaceChoice("ssvi") == .fitted(.ssvi) && SurfaceChoice("SVI") == .file("SVI"))
  }

  @Test(
    "A surface that cannot be had ends the reading, at its place",
    arguments: [
      ("svi", "the chain of BTC cannot be fitted: found 1 strikes"), ("nowhere.yaml", "cannot be read"),
      ("other.yaml", "found no parameters of BTC"), ("late.yaml", "found parameters of 2025-12-06"),
      ("{}", "wanted quoted, svi, ssvi"),
    ])
  func refusedSurface(_ row: (surface: String, reason: String)) throws {
    let folder = try TemporaryFolder()
    _ = folder.file(MarketFileTests.quotes, named: "quotes.csv")
    _ = folder.file(Self.svi.replacing("BTC", with: "ETH"), named: "other.yaml")
    _ = folder.file(Self.svi.replacing("as_of: 2025-12-05", with: "as_of: 2025-12-06"), named: "late.yaml")
    let text =
      "as_of: 2025-12-05T01:10:52Z\nunderlyings:\n  BTC:\n"
      + MarketFileTests.indented(MarketFileTests.block + "\nsurface: \(row.surface)", "    ", "    ")
    let path = folder.file(text, named: "market.yaml")
    do {
      _ = try MarketFile(path)
      Issue.record("accepted")
    } catch { #expect("\(error)".contains(row.reason), "\(error)") }
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    let from: String
    let to: String
    let reason: String
    var isSSVI = false
    var testDescription: String { reason }

    static let table = [
      Refusal(from: "as_of: 2025-12-05T01:10:52Z", to: "source: nobody", reason: "no key 'as_of'"),
      Refusal(from: "model: svi", to: "model: heston", reason: "wanted svi or ssvi"),
      Refusal(from: "a: 0.001", to: "a: nan", reason: "wanted a finite number"),
      Refusal(from: "b: 0.05", to: "b: -0.05", reason: "b: found -0.05"),
      Refusal(from: "rho: -0.2, m: 0.01", to: "rho: -1.2, m: 0.01", reason: "rho: found -1.2"),
      Refusal(from: "sigma: 0.15", to: "sigma: 0", reason: "sigma: found 0"),
      Refusal(from: "k_low: -0.5", to: "k_low: 0.5", reason: "k_low 0.5 above k_high 0.4"),
      Refusal(from: "2026-01-30T08", to: "2025-12-20T08", reason: "wanted expiries in order of time"),
      Refusal(from: "2025-12-26T08", to: "2025-12-01T08", reason: "years: found -"),
      Refusal(from: "eta: 0.9", to: "eta: 1.9", reason: "eta: found 1.9", isSSVI: true),
      Refusal(from: "theta: 0.03", to: "theta: 0.01", reason: "theta at", isSSVI: true),
      Refusal(from: "gamma: 0.4\n", to: "\n", reason: "no key 'gamma'", isSSVI: true),
    ]
  }

  @Test("A file of parameters that cannot be a surface is refused with its place", arguments: Refusal.table)
  func refusals(_ row: Refusal) throws {
    let good = row.isSSVI ? Self.ssvi : Self.svi
    #expect(try Self.read(good).symbols == ["BTC"])
    #expect(good.contains(row.from))
    do {
      _ = try Self.read(good.replacing(row.from, with: row.to))
      Issue.record("accepted")
    } catch {
      #expect("\(error)".contains(row.reason) && "\(error)".contains("parameters.yaml:"), "\(error)")
    }
  }

  @Test("An unknown key is a warning")
  func unknown() throws {
    let file = try Self.read(Self.svi.replacing("model: svi", with: "model: svi\n    vega: 3"))
    #expect(file.warnings.count == 1 && file.warnings[0].contains("unknown key 'vega'"))
  }

  // MARK: Reports

  @Test("The rows of a fit have as many cells as the header, an expiry left out its reason")
  func rows() throws {
    let (file, fit) = try Self.fitted(.svi)
    for text in [ChainFitRows.text([fit]), ChainFitRows.points([fit]), ChainFitRows.residuals([fit])] {
      let lines = text.split(separator: "\n")
      let width = lines[0].split(separator: ",").count
      let isEven = lines.allSatisfy { $0.split(separator: ",", omittingEmptySubsequences: false).count == width }
      #expect(isEven && lines.count > 2)
    }
    #expect(ChainFitRows.points([fit]).split(separator: "\n").count == 1 + 2 * ChainFitRows.pointsPerExpiry)
    #expect(ChainFitRows.residuals([fit]).split(separator: "\n").count == 1 + 572)
    let page = ChainFitReport.text([fit], of: file.state, as: .table)
    #expect(page.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }
}
