import MarketData
import TestSupport
import Testing

@Suite("Calibration of surfaces")
struct SurfaceCalibrationTests {
  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

  @Test("A slice is found again from what it says of its strikes", arguments: 0..<16)
  func noiseFree(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let slice = try SurfaceSample.freeSlice(&random)
    let years = random.number(0.02, 2)
    let fit = try SVICalibrator.fit(try SurfaceSample.quotes(slice, years: years))
    #expect(fit.error < 1e-7, "\(random)")
    for k in stride(from: -0.8, through: 0.8, by: 0.05) {
      let (found, wanted) = (fit.slice.totalVariance(at: k), slice.totalVariance(at: k))
      #expect(abs((found / years).squareRoot() - (wanted / years).squareRoot()) < 1e-6, "\(random), k = \(k)")
    }
    #expect(abs(fit.slice.m - slice.m) < 1e-3 && abs(fit.slice.sigma - slice.sigma) < 1e-3, "\(random)")
  }

  @Test("Vogt's slice, whose a is below 0, is found again too")
  func vogt() throws {
    let vogt = try SurfaceSample.vogt()
    let fit = try SVICalibrator.fit(try SurfaceSample.quotes(vogt, years: 1, from: -1, to: 1.5))
    for (found, wanted) in [
      (fit.slice.a, vogt.a), (fit.slice.b, vogt.b), (fit.slice.rho, vogt.rho), (fit.slice.m, vogt.m),
      (fit.slice.sigma, vogt.sigma),
    ] { #expect(abs(found - wanted) < 1e-6) }
  }

  @Test("A common factor of the weights changes no digit; one of the volatilities scales the slice", arguments: 0..<5)
  func scaling(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let slice = try SurfaceSample.freeSlice(&random)
    let points = try SurfaceSample.quotes(slice, years: 0.5).points.map { point in
      SliceQuotes.Point(
        logMoneyness: point.logMoneyness, volatility: point.volatility * random.number(0.97, 1.03),
        weight: random.number(0.1, 3))
    }
    func scaled(_ volatility: Double, _ weight: Double) throws -> SliceQuotes {
      try SliceQuotes(
        years: 0.5,
        points: points.map {
          .init(logMoneyness: $0.logMoneyness, volatility: $0.volatility * volatility, weight: $0.weight * weight)
        })
    }
    let fit = try SVICalibrator.fit(try scaled(1, 1))
    #expect(try SVICalibrator.fit(try scaled(1, 1024)).slice == fit.slice, "\(random)")
    // Half the volatility is a quarter of the variance; Lee's bound, which does not scale, is then far.
    let half = try SVICalibrator.fit(try scaled(0.5, 1))
    #expect(abs(half.error - fit.error / 2) < 2e-4 * fit.error, "\(random)")
    for k in [-0.6, 0, 0.5] {
      #expect(
        abs(4 * half.slice.totalVariance(at: k) - fit.slice.totalVariance(at: k)) < 1e-3
          * fit.slice.totalVariance(at: k),
        "\(random)")
    }
  }

  @Test("A fit is no worse than the slice the quotes were drawn around", arguments: 0..<8)
  func noisy(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let slice = try SurfaceSample.freeSlice(&random)
    let exact = try SurfaceSample.quotes(slice, years: 0.25)
    let quotes = try SliceQuotes(
      years: 0.25,
      points: exact.points.map {
        .init(logMoneyness: $0.logMoneyness, volatility: $0.volatility * random.number(0.99, 1.01))
      })
    let fit = try SVICalibrator.fit(quotes)
    // To first order in the error that is made least.
    #expect(fit.error <= quotes.error { slice.totalVariance(at: $0) } * 1.01, "\(random)")
    #expect(max(fit.slice.wingSlopes.left, fit.slice.wingSlopes.right) <= 2 + 1e-12)
  }

  @Test("Quotes of weight 0 count for nothing")
  func weights() throws {
    var random = SplitMix64(seed: 3)
    let slice = try SurfaceSample.freeSlice(&random)
    let quotes = try SurfaceSample.quotes(slice, years: 1)
    let wild = [-0.5, 0, 0.5].map { SliceQuotes.Point(logMoneyness: $0, volatility: 3, weight: 0) }
    let more = try SliceQuotes(years: 1, points: quotes.points + wild)
    #expect(try SVICalibrator.fit(more).slice == SVICalibrator.fit(quotes).slice)
  }

  @Test(
    "Quotes whose wings are steeper than Lee's bound are fitted by a slice that keeps it", arguments: [0.0, 0.3, -0.3])
  func steep(tilt: Double) throws {
    let points = (-8...8).map { index in
      let k = Double(index) / 5
      return SliceQuotes.Point(
        logMoneyness: k, volatility: (0.1 + 3 * ((k * k + 0.01).squareRoot() + tilt * k)).squareRoot())
    }
    let slice = try SVICalibrator.fit(try SliceQuotes(years: 1, points: points)).slice
    #expect(max(slice.wingSlopes.left, slice.wingSlopes.right) <= 2 + 1e-9)
    #expect(max(slice.wingSlopes.left, slice.wingSlopes.right) > 1.9, "the bound binds")
  }

  // MARK: Published grids

  @Test("The grid of the DAX of 5 July 2002: a median error below a quarter of a point in every expiry beyond a month")
  func dax() throws {
    let expiries = try SurfaceSample.grid("dax-2002-07-05.csv")
    #expect(expiries.count == 8 && expiries.allSatisfy { $0.points.count == 13 })
    for quotes in expiries {
      let fit = try SVICalibrator.fit(quotes)
      #expect(fit.error < (quotes.years < 0.1 ? 0.012 : 0.004), "\(quotes.years) years: \(fit.error)")
    }
    let surface = try SSVICalibrator.fit(expiries)
    #expect((surface.errors.max() ?? 1) < 0.035 && surface.surface.rho < -0.4, "\(surface.errors)")
  }

  @Test("The grid of the EURO STOXX 50 of 1 March 2010: expiries with five strikes are fitted, the others say why")
  func euroStoxx() throws {
    let expiries = try SurfaceSample.grid("sx5e-2010-03-01.csv")
    #expect(expiries.count == 12 && expiries.reduce(0) { $0 + $1.points.count } == 155)
    for quotes in expiries {
      if quotes.points.count < SVICalibrator.leastStrikes {
        #expect(throws: SurfaceError.tooFewQuotes(found: quotes.points.count, wanted: 5)) {
          try SVICalibrator.fit(quotes)
        }
        continue
      }
      let fit = try SVICalibrator.fit(quotes)
      #expect(fit.error < 0.006, "\(quotes.years) years: \(fit.error)")
    }
    let surface = try SSVICalibrator.fit(expiries)
    #expect((surface.errors.max() ?? 1) < 0.04 && surface.surface.rho < -0.4, "\(surface.errors)")
  }

  // MARK: SSVI

  @Test("A surface of SSVI is found again, and has no arbitrage of either kind", arguments: 0..<6)
  func surface(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rho = random.number(-0.8, 0.8)
    var theta = 0.0
    let nodes = (1...5).map { index in
      theta += random.number(0.002, 0.03)
      return SSVISurface.Node(years: 0.1 * Double(index), theta: theta, range: -0.8...0.8)
    }
    let surface = try SSVISurface(
      rho: rho, eta: random.number(0.3, 0.95) * SSVISurface.greatestEta(rho: rho), gamma: random.number(0.05, 0.45),
      nodes: nodes)
    var expiries: [SliceQuotes] = []
    for (index, slice) in surface.fitted.enumerated() {
      expiries.append(try SurfaceSample.quotes(slice, years: nodes[index].years))
      #expect(DurrlemanCondition.verdict(on: slice).isFree, "\(random)")
      if index > 0 {
        let verdict = CalendarCondition.verdict(from: surface.fitted[index - 1], to: slice)
        #expect(verdict.isFree, "\(random)")
      }
    }
    let fit = try SSVICalibrator.fit(expiries)
    #expect((fit.errors.max() ?? 1) < 1e-6, "\(random): \(fit.errors)")
    #expect(abs(fit.surface.rho - rho) < 1e-3, "\(random)")
    for (found, wanted) in zip(fit.surface.nodes, nodes) {
      #expect(abs(found.theta - wanted.theta) < 1e-6, "\(random)")
    }
  }

  @Test("Variances at the money that fall in time are fitted by ones that do not")
  func falling() throws {
    let near = try SVISlice(a: 0.05, b: 0.1, rho: -0.2, m: 0, sigma: 0.2)
    let far = try SVISlice(a: 0.04, b: 0.1, rho: -0.2, m: 0, sigma: 0.2)
    let fit = try SSVICalibrator.fit([
      try SurfaceSample.quotes(near, years: 0.5), try SurfaceSample.quotes(far, years: 1),
    ])
    #expect(fit.surface.nodes[0].theta <= fit.surface.nodes[1].theta)
  }

  @Test("Quotes and expiries that no fit can use are refused with what was found")
  func refusals() throws {
    func point(_ k: Double = 0, _ volatility: Double = 0.5, _ weight: Double = 1) -> SliceQuotes.Point {
      .init(logMoneyness: k, volatility: volatility, weight: weight)
    }
    for (index, bad) in [
      point(.nan), point(.infinity), point(0, 0), point(0, -1), point(0, .nan), point(0, 0.5, -1), point(0, 0.5, .nan),
      point(0, 0.5, .infinity),
    ].enumerated() {
      do {
        _ = try SliceQuotes(years: 1, points: [point(), bad])
        Issue.record("accepted \(index)")
      } catch { #expect("\(error)".hasPrefix("quote 2: found"), "\(error)") }
    }
    for years in [0, -1, .nan, .infinity] as [Double] {
      #expect(throws: SurfaceError.self) { try SliceQuotes(years: years, points: [point()]) }
    }
    let same = try SliceQuotes(years: 1, points: (0..<9).map { point(Double($0 % 4)) })
    #expect(throws: SurfaceError.tooFewQuotes(found: 4, wanted: 5)) { try SVICalibrator.fit(same) }
    let slice = try SVISlice(a: 0.02, b: 0.1, rho: -0.2, m: 0, sigma: 0.2)
    let quotes = try SurfaceSample.quotes(slice, years: 0.5)
    #expect(throws: SurfaceError.notAscending(index: 1, years: 0.5, before: 0.5)) {
      try SSVICalibrator.fit([quotes, quotes])
    }
    #expect(throws: SurfaceError.tooFewQuotes(found: 3, wanted: 4)) {
      try SSVICalibrator.fit([try SliceQuotes(years: 1, points: [point(0), point(1), point(2)])])
    }
    #expect(throws: SurfaceError.self) { try SSVICalibrator.fit([]) }
    let weightless = try SliceQuotes(years: 1, points: [point(0, 0.5, 0)])
    #expect(throws: SurfaceError.tooFewQuotes(found: 0, wanted: 1)) { try SSVICalibrator.fit([weightless]) }
  }

  @Test("Parameters of SSVI outside the conditions that exclude arbitrage are refused")
  func surfaceRefusals() throws {
    func surface(
      _ rho: Double = -0.3, _ eta: Double = 1, _ gamma: Double = 0.4, _ thetas: [Double] = [0.01, 0.02],
      _ years: [Double] = [0.5, 1]
    ) throws -> SSVISurface {
      try SSVISurface(
        rho: rho, eta: eta, gamma: gamma,
        nodes: zip(years, thetas).map { .init(years: $0.0, theta: $0.1, range: -1...1) })
    }
    _ = try surface()
    _ = try surface(-0.3, SSVISurface.greatestEta(rho: -0.3), 0.5, [0.01, 0.01])
    for make in [
      { try surface(1) }, { try surface(-1.2) }, { try surface(.nan) }, { try surface(-0.3, 0) },
      { try surface(-0.3, 1.76) }, { try surface(-0.3, 1, 0) }, { try surface(-0.3, 1, 0.51) },
      { try surface(-0.3, 1, 0.4, [0.02, 0.01]) }, { try surface(-0.3, 1, 0.4, [0, 0.01]) },
      { try surface(-0.3, 1, 0.4, [0.01, 0.02], [1, 0.5]) }, { try surface(-0.3, 1, 0.4, []) },
    ] { #expect(throws: SurfaceError.self) { try make() } }
  }
}
