import Basics
import Instruments
import Kernels
import Pricing
import TestSupport
import Testing

@testable import Analysis

/// The derivatives along a move against the kernels' own formulas, which are derived one by one.
@Suite("Contract move")
struct ContractMoveTests {
  /// A move by 1 in every input, so that a term is its derivative.
  static func unitMove(of contract: ResolvedContract, spot: Double) -> ContractMove {
    func change(_ from: Double, _ step: Double) -> ContractMove.Change { .init(from: from, to: from + step) }
    return ContractMove(
      spot: change(spot, 1), volatility: change(contract.volatility, 1), rate: change(contract.rate, 1),
      dividendYield: change(contract.dividendYield, 1), years: change(contract.years, -1))
  }

  @Test("Every derivative is the kernel's", arguments: 1...20)
  func derivatives(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let market = SampleMarket(
      spot: 90 + Double(generator.int(0...20)), rate: 0.04, volatility: generator.number(0.1, 1.5))
    let instrument = try market.option(generator.pick(OptionRight.allCases), generator.pick(market.strikes))
    let contract = try ResolvedContract(instrument, in: try market.state())
    let partials = BlackScholes.partials(
      sign: contract.right.sign, spot: market.spot, strike: contract.strike, years: contract.years,
      volatility: contract.volatility, rate: contract.rate, dividendYield: contract.dividendYield)
    let move = Self.unitMove(of: contract, spot: market.spot)
    let line = { (moved: MovedInputs) in move.value(of: contract, moved) }
    let parts = ProfitAttribution(from: 0, to: 0, line: line)
    #expect(agree(line([]).value, partials.value, scale: 100, 1e-14), "\(generator) \(instrument)")
    for (name, found, wanted) in [
      ("delta", parts.delta, partials.delta), ("gamma", 2 * parts.gamma, partials.gamma),
      ("vega", parts.vega, partials.vega), ("volga", 2 * parts.volga, partials.volga),
      ("vanna", parts.vanna, partials.vanna), ("theta", parts.theta, partials.theta),
      ("rho", parts.rho, partials.rho), ("epsilon", parts.epsilon, partials.epsilon),
    ] { #expect(agree(found, wanted, 1e-10), "\(generator) \(instrument) \(name): \(found), wanted \(wanted)") }
    let charm = (line([.spot, .time]).second - line(.spot).second - line(.time).second) / 2
    let veta = (line([.volatility, .time]).second - line(.volatility).second - line(.time).second) / 2
    #expect(agree(charm, partials.charm, scale: line(.time).second, 1e-10), "\(generator) charm")
    #expect(agree(veta, partials.veta, scale: line(.time).second, 1e-10), "\(generator) veta")
  }

  @Test("Digitals: first derivatives are the pricer's, second ones the differences of first ones", arguments: 1...20)
  func digitals(seed: Int) throws {
    var generator = SplitMix64(seed: UInt64(seed))
    let book = RandomBook()
    let contract = try ResolvedContract(try book.digital(&generator), in: try book.market.state())
    let pricer = OptionPricer.blackScholes
    func greeks(_ spot: Double, _ volatility: Double) -> Greeks {
      pricer.greeks(of: contract, spot: spot, years: contract.years, volatility: volatility)
    }
    let here = greeks(100, contract.volatility)
    let move = Self.unitMove(of: contract, spot: 100)
    let parts = ProfitAttribution(from: 0, to: 0) { move.value(of: contract, $0) }
    #expect(agree(parts.delta, here.delta) && agree(parts.vega, here.vega, 1e-9), "\(generator)")
    #expect(agree(parts.theta, here.theta, 1e-9) && agree(parts.rho, here.rho, 1e-9), "\(generator)")
    #expect(agree(2 * parts.gamma, here.gamma, 1e-9), "\(generator)")
    let step = 1e-4
    let up = greeks(100, contract.volatility + step)
    let down = greeks(100, contract.volatility - step)
    #expect(agree(2 * parts.volga, (up.vega - down.vega) / (2 * step), scale: 1, 1e-5), "\(generator)")
    #expect(agree(parts.vanna, (up.delta - down.delta) / (2 * step), scale: 0.1, 1e-5), "\(generator)")
  }

  @Test("A strike of 0: the call is the underlying, the put nothing")
  func zeroStrike() throws {
    let market = SampleMarket()
    for right in OptionRight.allCases {
      let contract = try ResolvedContract(try market.option(right, 0), in: try market.state())
      let move = Self.unitMove(of: contract, spot: 100)
      let parts = ProfitAttribution(from: 0, to: 0) { move.value(of: contract, $0) }
      let held = right == .call ? BlackReference.exponential(-contract.dividendYield * contract.years) : 0
      #expect(agree(parts.delta, held), "\(right)")
      #expect(parts.gamma == 0 && parts.vega == 0 && parts.rho == 0, "\(right)")
      #expect(agree(parts.epsilon, -100 * contract.years * held), "\(right)")
    }
  }
}
