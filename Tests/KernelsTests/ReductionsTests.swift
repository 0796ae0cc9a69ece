import Kernels
import TestSupport
import Testing

@Suite struct ReductionsTests {
  @Test("Minimum, maximum and count agree with the plain loop at every length")
  func plainLoop() {
    var generator = SplitMix64(seed: 3)
    for count in 0...70 {
      // Few distinct values, so that the first of several equal ones is asked for; some not-a-number.
      let column = (0..<count).map { _ in
        generator.next() % 11 == 0 ? Double.nan : generator.number(-3, 3).rounded()
      }
      let numbers = column.filter { !$0.isNaN }
      let least = Reductions.minimum(column.span)
      let greatest = Reductions.maximum(column.span)
      #expect(least?.value == numbers.min(), "\(generator) \(column)")
      #expect(greatest?.value == numbers.max(), "\(generator) \(column)")
      #expect(least?.index == numbers.min().flatMap { column.firstIndex(of: $0) }, "\(generator) \(column)")
      #expect(greatest?.index == numbers.max().flatMap { column.firstIndex(of: $0) }, "\(generator) \(column)")
      #expect(Reductions.count(of: column.span, below: 1) == column.filter { $0 < 1 }.count, "\(generator)")
    }
  }

  @Test("Infinite numbers are extremes like others")
  func infinite() {
    let column: [Double] = [.nan, .infinity, -.infinity, 0]
    #expect(Reductions.minimum(column.span) == .init(value: -.infinity, index: 2))
    #expect(Reductions.maximum(column.span) == .init(value: .infinity, index: 1))
    let only: [Double] = [.infinity, .infinity]
    #expect(Reductions.minimum(only.span) == .init(value: .infinity, index: 0))
  }
}
