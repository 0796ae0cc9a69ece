// What the checks of LinearAlgebra cost beside the same calls made directly, on one core:
//
//     swift run -c release --package-path Benchmarks LinearAlgebraBenchmark [ROUNDS]
//
// prints, for each work, `work | through LinearAlgebra | directly | ratio`: medians in microseconds of processor time. A
// direct call has its memory ready and asks nothing; ours has the dimensions checked, every number found finite, LAPACK's
// INFO read and, where the type gives a new value, that memory taken. Both call the library that LinearAlgebra opened.

import Glibc
import LinearAlgebra

typealias Count = UnsafePointer<Int32>
typealias Numbers = UnsafeMutablePointer<Double>
typealias Geqrf =
  @convention(c) (Count, Count, Numbers, Count, Numbers, Numbers, Count, UnsafeMutablePointer<Int32>) -> Void
typealias Potrf = @convention(c) (UnsafePointer<CChar>, Count, Numbers, Count, UnsafeMutablePointer<Int32>, Int) -> Void
typealias Gttrs =
  @convention(c) (
    UnsafePointer<CChar>, Count, Count, Numbers, Numbers, Numbers, Numbers, UnsafeMutablePointer<Int32>, Numbers, Count,
    UnsafeMutablePointer<Int32>, Int
  ) -> Void
typealias Gttrf =
  @convention(c) (
    Count, Numbers, Numbers, Numbers, Numbers, UnsafeMutablePointer<Int32>, UnsafeMutablePointer<Int32>
  ) -> Void
typealias Syevd =
  @convention(c) (
    UnsafePointer<CChar>, UnsafePointer<CChar>, Count, Numbers, Count, Numbers, Numbers, Count,
    UnsafeMutablePointer<Int32>, Count, UnsafeMutablePointer<Int32>, Int, Int
  ) -> Void
typealias Gemm =
  @convention(c) (
    UnsafePointer<CChar>, UnsafePointer<CChar>, Count, Count, Count, UnsafePointer<Double>, Numbers, Count, Numbers,
    Count, UnsafePointer<Double>, Numbers, Count, Int, Int
  ) -> Void

func microseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1e6 + Double(time.tv_nsec) * 1e-3
}

/// The median time of one call over the rounds, each of some ten milliseconds.
func median(_ rounds: Int, _ call: () throws -> Void) rethrows -> Double {
  try call()
  var repeats = 1
  var start = microseconds()
  try call()
  repeats = max(1, Int(10_000 / max(microseconds() - start, 0.05)))
  var times: [Double] = []
  for _ in 0..<rounds {
    start = microseconds()
    for _ in 0..<repeats { try call() }
    times.append((microseconds() - start) / Double(repeats))
  }
  return times.sorted()[times.count / 2]
}

func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

func line(_ name: String, _ ours: Double, _ direct: Double) {
  print("\(name) | \(text(ours)) | \(text(direct)) | \(text(ours / direct))")
}

let rounds = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 25
let library = try LAPACKLibrary.shared
guard let handle = dlopen(library.name, RTLD_NOW) else { exit(1) }
func found<T>(_ name: String, as type: T.Type) -> T {
  guard let address = dlsym(handle, name) else { exit(1) }
  return unsafeBitCast(address, to: type)
}
if let threads = dlsym(handle, "openblas_set_num_threads") {
  unsafeBitCast(threads, to: (@convention(c) (Int32) -> Void).self)(1)
}

/// The same numbers on every machine.
struct Numerals {
  var state: UInt64 = 20_261_121

  /// From -0.5 to 0.5.
  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53 - 0.5
  }
}

var numerals = Numerals()
var info: Int32 = 0

/// [A b] filled, factored, and substituted back.
func fitDirectly(
  _ regressors: [Double], _ observations: [Double], _ extended: inout [Double], _ scalars: inout [Double],
  _ work: inout [Double], _ coefficients: inout [Double]
) {
  let (rows, columns, filled) = (observations.count, coefficients.count, regressors.count)
  for index in 0..<filled { extended[index] = regressors[index] }
  for index in 0..<rows { extended[filled + index] = observations[index] }
  var (m, n, length, info) = (Int32(rows), Int32(columns + 1), Int32(work.count), Int32(0))
  qr(&m, &n, &extended, &m, &scalars, &work, &length, &info)
  for row in (0..<columns).reversed() {
    var rest = extended[columns * rows + row]
    for column in (row + 1)..<max(columns, row + 1) { rest -= extended[column * rows + row] * coefficients[column] }
    coefficients[row] = rest / extended[row * rows + row]
  }
}

// Least squares as a fit of a slice has them: dgeqrf of [A b], and a back substitution that both sides make.
let qr = found("dgeqrf_", as: Geqrf.self)
for (rows, columns) in [(60, 3), (200, 5)] {
  let regressors = (0..<(rows * columns)).map { _ in numerals.next() }
  let observations = (0..<rows).map { _ in numerals.next() }
  var workspace = LeastSquaresWorkspace()
  var coefficients = [Double](repeating: 0, count: columns)
  let ours = try median(rounds) {
    var span = coefficients.mutableSpan
    _ = try workspace.solve(regressors: regressors.span, observations: observations.span, into: &span)
  }
  var extended = [Double](repeating: 0, count: rows * (columns + 1))
  var scalars = [Double](repeating: 0, count: columns + 1)
  var work = [Double](repeating: 0, count: 32 * (columns + 1))
  let direct = median(rounds) {
    fitDirectly(regressors, observations, &extended, &scalars, &work, &coefficients)
  }
  line("least squares \(rows) x \(columns)", ours, direct)
}

let cholesky = found("dpotrf_", as: Potrf.self)
let eigen = found("dsyevd_", as: Syevd.self)
for order in [10, 100] {
  var matrix = try Matrix(rows: order, columns: order)
  for row in 0..<order {
    for column in 0...row {
      let value = row == column ? Double(order) : numerals.next()
      (matrix[row, column], matrix[column, row]) = (value, value)
    }
  }
  var n = Int32(order)
  var copy = matrix.elements
  let factor = try median(rounds) { _ = try CholeskyFactor(of: matrix) }
  let bare = median(rounds) {
    copy = matrix.elements
    cholesky("U", &n, &copy, &n, &info, 1)
  }
  line("Cholesky's factor, order \(order)", factor, bare)
  let system = try median(max(3, rounds / 5)) { _ = try SymmetricEigenSystem(of: matrix) }
  var values = [Double](repeating: 0, count: order)
  var work = [Double](repeating: 0, count: 1 + 6 * order + 2 * order * order)
  var whole = [Int32](repeating: 0, count: 3 + 5 * order)
  var (length, wholes) = (Int32(work.count), Int32(whole.count))
  let direct = median(max(3, rounds / 5)) {
    copy = matrix.elements
    eigen("V", "U", &n, &copy, &n, &values, &work, &length, &whole, &wholes, &info, 1, 1)
  }
  line("eigenvalues and vectors, order \(order)", system, direct)
}

// A tridiagonal system that is solved many times.
let order = 500
var (lower, diagonal, upper) = (
  (1..<order).map { _ in numerals.next() }, (0..<order).map { _ in 2 + numerals.next() },
  (1..<order).map { _ in numerals.next() }
)
let tridiagonal = try TridiagonalFactor(lower: lower, diagonal: diagonal, upper: upper)
var right = (0..<order).map { _ in numerals.next() }
let solved = try median(rounds) {
  var span = right.mutableSpan
  try tridiagonal.solve(&span)
  for index in 0..<order { right[index] = Double(index) }
}
var second = [Double](repeating: 0, count: order)
var pivots = [Int32](repeating: 0, count: order)
var (n, one) = (Int32(order), Int32(1))
found("dgttrf_", as: Gttrf.self)(&n, &lower, &diagonal, &upper, &second, &pivots, &info)
let solve = found("dgttrs_", as: Gttrs.self)
let bare = median(rounds) {
  solve("N", &n, &one, &lower, &diagonal, &upper, &second, &pivots, &right, &n, &info, 1)
  for index in 0..<order { right[index] = Double(index) }
}
line("tridiagonal solution, order \(order)", solved, bare)

let multiply = found("dgemm_", as: Gemm.self)
for size in [16, 128] {
  let layout = try MatrixLayout(rows: size, columns: size)
  var (a, b) = ((0..<(size * size)).map { _ in numerals.next() }, (0..<(size * size)).map { _ in numerals.next() })
  var c = [Double](repeating: 0, count: size * size)
  let product = try median(rounds) {
    var span = c.mutableSpan
    try BLAS.multiplyAdd(a.span, layout, b.span, layout, into: &span, layout)
  }
  var (n, alpha, beta) = (Int32(size), 1.0, 0.0)
  let direct = median(rounds) { multiply("N", "N", &n, &n, &n, &alpha, &b, &n, &a, &n, &beta, &c, &n, 1, 1) }
  line("product, \(size) x \(size)", product, direct)
}
