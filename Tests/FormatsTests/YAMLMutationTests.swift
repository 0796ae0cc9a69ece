import Analysis
import Basics
import Foundation
import Instruments
import MarketData
import Pricing
import TestSupport
import Testing

@testable import Formats

/// The project's own files, mutated: what comes of them is a value or one error, never a trap.
@Suite("Mutated market, strategy and fee files")
struct YAMLMutationTests {
  static let pieces: [String] = [
    ":", ": ", "-", "- ", "\n", "\n  ", "  ", "[", "]", "{", "}", ",", "\"", "'", "#", "&a ", "*a", "!", "|\n", ">",
    "%",
    "@", "`", "? ", "~", "null", "nan", "1e5", "0x10", "-", "+", ".", "0", "9999999999999999999", "0.000000001", "é",
    "\u{FEFF}", "\0", "\t", "2025-12-26", "26DEC25", "spot", "legs", "quantity", "coin", "quote", "true",
  ]

  static func mutate(_ text: String, _ generator: inout SplitMix64) -> [UInt8] {
    var bytes = Array(text.utf8)
    for _ in 0...generator.int(0...4) {
      let start = generator.int(0...bytes.count)
      let end = min(bytes.count, start + generator.int(0...8))
      switch generator.int(0...5) {
      case 0: bytes.removeSubrange(start..<end)
      case 1: bytes.replaceSubrange(start..<end, with: generator.pick(pieces).utf8)
      case 2: bytes.insert(contentsOf: generator.pick(pieces).utf8, at: start)
      case 3: bytes.insert(contentsOf: Array(bytes[start..<end]), at: generator.int(0...bytes.count))
      case 4: if generator.chance(0.2) { bytes.removeSubrange(start...) }
      default: if start < bytes.count { bytes[start] = UInt8(generator.int(0...255)) }
      }
    }
    return bytes
  }

  static func text(_ path: String) throws -> String {
    // Comments say much and mean nothing: without them more of the mutations meet what is read.
    try String(contentsOfFile: "\(Fixture.root)/Data/\(path)", encoding: .utf8)
      .split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n")
  }

  @Test("A strategy, however mutated, is analyzed or refused", arguments: [51, 52])
  func strategies(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    let market = try StrategyFileTests.bitcoin()
    let analyzer = StrategyAnalyzer(market: market)
    let originals =
      try [
        "btc-iron-condor", "btc-iron-condor-coin", "btc-long-straddle", "btc-short-straddle", "btc-call-spread-coin",
      ].map { try Self.text("Strategies/\($0).yaml") } + StrategyFileTests.equals
    var (analyzed, refused) = (0, 0)
    for round in 0..<400 {
      let path = folder.file(Self.mutate(generator.pick(originals), &generator), named: "s.yaml")
      do {
        let file = try StrategyFile(path, dataFolders: ["\(Fixture.root)/Data"])
        let filled = try file.strategy(in: market).filled(from: market, file.terms)
        // One in eight to the end: a page costs more than the reading of it.
        if round % 8 == 0 { _ = try analyzer.analyze(filled) }
        analyzed += 1
      } catch {
        #expect(error is FormatError || error is PricingError, "\(generator): \(error)")
        refused += 1
      }
    }
    #expect(analyzed > 20 && refused > 20, "\(generator): \(analyzed), \(refused)")
  }

  @Test("A market, however mutated, is read or refused", arguments: [53, 54])
  func markets(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    let names = ["deribit-btc-2025-12-05", "goog-2015-12-23"]
    let yaml = try names.map { try Self.text("Markets/\($0).yaml") }
    // The first rows of each chain: enough for pairs, few enough to be met.
    let csv = try names.map {
      try Self.text("Markets/\($0).csv").split(separator: "\n").prefix(40).joined(separator: "\n")
    }
    var (read, refused, setAside) = (0, 0, 0)
    for _ in 0..<300 {
      let index = generator.int(0...1)
      let isMarket = generator.chance(0.5)
      _ = folder.file(
        isMarket ? Array(csv[index].utf8) : Self.mutate(csv[index], &generator), named: names[index] + ".csv")
      let path = folder.file(isMarket ? Self.mutate(yaml[index], &generator) : Array(yaml[index].utf8), named: "m.yaml")
      do throws(FormatError) {
        let file = try MarketFile(path)
        for market in file.state.underlyings {
          setAside += market.rejected.count
          for chain in market.chains {
            #expect(chain.forward.value > 0 && chain.forward.value.isFinite, "\(generator)")
            for quotes in chain.strikes {
              let point = market.volatility(strike: quotes.strike.value, forward: chain.forward)
              #expect(point.map { $0.value >= 0 && $0.value.isFinite } ?? true, "\(generator)")
            }
          }
        }
        read += 1
      } catch {
        refused += 1
      }
    }
    #expect(read > 20 && refused > 20 && setAside > 20, "\(generator): \(read), \(refused), \(setAside)")
  }

  @Test("A fee schedule, however mutated, is read or refused", arguments: [55])
  func fees(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      atPath: folder.path + "/Rulebooks/fees", withIntermediateDirectories: true)
    let originals = try ["deribit", "us-per-contract"].map { try Self.text("Rulebooks/fees/\($0).yaml") }
    let strategy = folder.file("fees: own\nlegs: [{quantity: 1, instrument: BTC}]", named: "s.yaml")
    var (read, refused) = (0, 0)
    for _ in 0..<400 {
      _ = folder.file(Self.mutate(generator.pick(originals), &generator), named: "Rulebooks/fees/own.yaml")
      do throws(FormatError) {
        guard case .schedule(let schedule) = try StrategyFile(strategy, dataFolders: [folder.path]).terms.fees else {
          continue
        }
        if case .perContract(let fee)? = schedule.optionTrade { #expect(fee.minorUnits >= 0, "\(generator)") }
        if let rate = schedule.futureTrade { #expect(rate >= .zero && rate < .one, "\(generator)") }
        read += 1
      } catch {
        refused += 1
      }
    }
    #expect(read > 20 && refused > 20, "\(generator): \(read), \(refused)")
  }
}
