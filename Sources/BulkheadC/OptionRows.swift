import CBulkhead
import Kernels

/// The rows of an options call, in blocks that the kernels take: numbers that hold for all rows are repeated in a block's
/// memory, the others are read where they lie.
@safe
struct OptionRows: ~Copyable {
  /// Rows of a block: the columns fit the second cache, so that what reads them a second time finds them there, and are long
  /// enough for what a block costs by itself; no power of two, whose columns would share the cache's sets.
  static let blockSize = 2056

  let count: Int
  private let kind: Given
  private let columns: [UnsafePointer<Double>]
  private let isScalar: [Bool]
  private let repeated: UnsafeMutablePointer<Double>

  /// What the column `given` holds.
  enum Given {
    case volatility
    case price
  }

  static let names = ["sign", "spot", "strike", "years", "given", "rate", "dividend_yield"]

  init(
    _ options: bulkhead_options, _ kind: Given, _ claims: inout MemoryClaims
  ) throws(CallFailure) {
    guard unsafe options.count >= 0 else {
      throw .badArgument(unsafe "count: found \(options.count), wanted 0 or more")
    }
    let all = unsafe [
      options.sign, options.spot, options.strike, options.years, options.given, options.rate, options.dividend_yield,
    ]
    var pointers: [UnsafePointer<Double>?] = unsafe []
    for (index, name) in OptionRows.names.enumerated() {
      let column = unsafe all[index]
      guard unsafe column.stride == 0 || column.stride == 1 else {
        throw .badArgument("\(name): found a stride of \(unsafe column.stride), wanted 0 or 1")
      }
      let length = unsafe column.stride == 0 ? 1 : options.count
      unsafe pointers.append(try claims.input(column.values, length, name).baseAddress)
    }
    count = unsafe Int(options.count)
    self.kind = kind
    // No more than there are: one option is not to pay for a block.
    let length = min(max(count, 1), OptionRows.blockSize)
    unsafe repeated = .allocate(capacity: OptionRows.names.count * length)
    unsafe repeated.initialize(repeating: 0, count: OptionRows.names.count * length)
    unsafe isScalar = all.map { unsafe $0.stride == 0 }
    var columns: [UnsafePointer<Double>] = unsafe []
    for index in OptionRows.names.indices {
      let pointer = unsafe pointers[index]
      let block = unsafe repeated + index * length
      if isScalar[index], let pointer = unsafe pointer {
        unsafe block.update(repeating: pointer.pointee, count: length)
      }
      // Without rows there may be no column; the block's memory stands in, and nothing is read.
      unsafe columns.append(isScalar[index] ? UnsafePointer(block) : pointer ?? UnsafePointer(block))
    }
    unsafe self.columns = columns
  }

  deinit { unsafe repeated.deallocate() }

  /// A column of the block of `n` rows from `row` on.
  func column(_ index: Int, _ row: Int, _ n: Int) -> UnsafeBufferPointer<Double> {
    unsafe UnsafeBufferPointer(start: columns[index] + (isScalar[index] ? 0 : row), count: n)
  }

  func number(_ index: Int, _ row: Int) -> Double { unsafe columns[index][isScalar[index] ? 0 : row] }

  /// True where every row of a block is an option; one pass, so that sound columns cost little.
  ///
  /// - Parameter areRegular: True where the formula is known to hold for every row: its inputs need no second look then, and
  ///   only the sign and the rates are read again.
  func areSound(_ row: Int, _ n: Int, areRegular: Bool = false) -> Bool {
    let most = Double.greatestFiniteMagnitude
    for index in areRegular ? [0, 5, 6] : Array(OptionRows.names.indices) {
      let column = unsafe column(index, row, n)
      let isSound =
        switch index {
        case 0: unsafe Reductions.areAll(column.span, ofMagnitude: 1)
        case 1, 2, 3: unsafe Reductions.areAll(column.span, from: 0, through: most)
        case 4 where kind == .volatility: unsafe Reductions.areAll(column.span, from: 0, through: .infinity)
        default: unsafe Reductions.areAll(column.span, from: -most, through: most)
        }
      guard isSound else { return false }
    }
    return true
  }

  /// What is wrong with a row: what was found, and what was wanted; nil where nothing is.
  func fault(_ row: Int) -> String? {
    for (index, name) in OptionRows.names.enumerated() {
      let number = number(index, row)
      let wanted: String
      switch index {
      case 0:
        if number.magnitude == 1 { continue }
        wanted = "1 for a call or -1 for a put"
      case 1, 2, 3:
        if number >= 0, number.isFinite { continue }
        wanted = "a finite number of 0 or more"
      case 4 where kind == .volatility:
        if number >= 0 { continue }
        return "vol: found \(number), wanted a number of 0 or more, or inf"
      case 4:
        if number.isFinite { continue }
        return "price: found \(number), wanted a finite number"
      default:
        if number.isFinite { continue }
        wanted = "a finite number"
      }
      return "\(name): found \(number), wanted \(wanted)"
    }
    return nil
  }
}
