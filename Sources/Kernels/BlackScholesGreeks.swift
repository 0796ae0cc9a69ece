/// The inputs of one option, or of a vector of them.
struct BlackScholesInputs<L: Lanes> {
  var sign: L
  var spot: L
  var strike: L
  var years: L
  var volatility: L
  var rate: L
  var dividendYield: L
}

extension BlackScholesTerms {
  @inline(__always)
  init(_ inputs: BlackScholesInputs<L>) {
    self.init(
      sign: inputs.sign, spot: inputs.spot, strike: inputs.strike, years: inputs.years,
      volatility: inputs.volatility, rate: inputs.rate, dividendYield: inputs.dividendYield)
  }
}

/// The five Greeks that a report shows. With A = S exp(-q T), B = K exp(-r T), s = v sqrt(T), E = A n(d1) = B n(d2):
///
///     delta = c A N(c d1) / S          gamma = E / (s S^2)        vega = E sqrt(T)
///     theta = q c A N(c d1) - r c B N(c d2) - E v / (2 sqrt(T))   rho = T c B N(c d2)
struct FirstGreeks<L: Lanes> {
  var delta: L
  var gamma: L
  var vega: L
  var theta: L
  var rho: L
  /// 1 / S, for the further derivatives.
  var reciprocalSpot: L

  @inline(__always)
  init(_ inputs: BlackScholesInputs<L>, _ terms: BlackScholesTerms<L>) {
    let reciprocalSpot = L(1) / inputs.spot
    self.reciprocalSpot = reciprocalSpot
    delta = terms.spotTerm * reciprocalSpot
    gamma = terms.density * terms.reciprocal * reciprocalSpot * reciprocalSpot
    vega = terms.density * terms.rootTime
    let carried = L.fma(inputs.dividendYield, terms.spotTerm, -(inputs.rate * terms.strikeTerm))
    theta = L.fma(-terms.density, terms.decay, carried)
    rho = inputs.years * terms.strikeTerm
  }
}

/// The other eleven. With b = r - q and d1' = dd1/dT = b / s - d2 / (2 T):
///
///     epsilon = -T c A N(c d1)               vanna = -E d2 / (S v)           volga = vega d1 d2 / v
///     charm = q delta - E d1' / S            veta = vega (q + d1 d1' - 1 / (2 T))
///     speed = -gamma (1 + d1 / s) / S        zomma = gamma (d1 d2 - 1) / v   color = gamma (q + d1 d1' + 1 / (2 T))
///     ultima = -vega (d1 d2 (1 - d1 d2) + d1^2 + d2^2) / v^2
///     dual delta = -c B N(c d2) / K          dual gamma = E / (s K^2)
struct FurtherGreeks<L: Lanes> {
  var epsilon: L
  var vanna: L
  var volga: L
  var charm: L
  var veta: L
  var speed: L
  var zomma: L
  var color: L
  var ultima: L
  var dualDelta: L
  var dualGamma: L

  @inline(__always)
  init(_ inputs: BlackScholesInputs<L>, _ terms: BlackScholesTerms<L>, _ first: FirstGreeks<L>) {
    let one = L(1)
    let half = L(0.5)
    let d1 = terms.d1
    let d2 = terms.d2
    let product = d1 * d2
    let perVolatility = one / inputs.volatility
    let perStrike = one / inputs.strike
    let halfPerYear = half / inputs.years
    let perSpot = first.reciprocalSpot
    let q = inputs.dividendYield
    let slope = L.fma(inputs.rate - q, terms.reciprocal, -(d2 * halfPerYear))
    let drift = L.fma(d1, slope, q)
    epsilon = -(inputs.years * terms.spotTerm)
    vanna = -(terms.density * perSpot * (d2 * perVolatility))
    volga = first.vega * (product * perVolatility)
    charm = L.fma(q, first.delta, -(terms.density * perSpot * slope))
    veta = first.vega * (drift - halfPerYear)
    speed = -(first.gamma * perSpot * L.fma(d1, terms.reciprocal, one))
    zomma = first.gamma * ((product - one) * perVolatility)
    color = first.gamma * (drift + halfPerYear)
    let bend = L.fma(product, one - product, L.fma(d1, d1, d2 * d2))
    ultima = -(first.vega * (bend * perVolatility * perVolatility))
    dualDelta = -(terms.strikeTerm * perStrike)
    dualGamma = terms.density * terms.reciprocal * perStrike * perStrike
  }
}
