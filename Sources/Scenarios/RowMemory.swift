import Glibc
import Kernels

/// Rows of numbers in memory of their own, which is taken from the system only where it is written.
///
/// Rows are written apart and read when all are written: nobody reads while another writes.
@safe
final class RowMemory: @unchecked Sendable {
  let stride: Int
  let rowLimit: Int
  let start: UnsafeMutablePointer<Double>
  private let isMapped: Bool

  init(stride: Int, rowLimit: Int) {
    self.stride = stride
    self.rowLimit = rowLimit
    let (numbers, overflow) = stride.multipliedReportingOverflow(by: rowLimit)
    let bytes = overflow ? 0 : numbers.multipliedReportingOverflow(by: 8).partialValue
    let memory = unsafe mmap(
      nil, max(bytes, 1), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)
    if !overflow, unsafe memory != MAP_FAILED, let memory = unsafe memory {
      // Large pages where the system has them: rows are read at thousands of places at once.
      unsafe madvise(memory, bytes, MADV_HUGEPAGE)
      unsafe start = memory.bindMemory(to: Double.self, capacity: max(1, numbers))
      isMapped = true
    } else {
      unsafe start = UnsafeMutablePointer<Double>.allocate(capacity: overflow ? 1 : max(1, numbers))
      isMapped = false
    }
  }

  deinit {
    if isMapped {
      unsafe munmap(start, max(stride * rowLimit * 8, 1))
    } else {
      unsafe start.deallocate()
    }
  }

  /// A row's length in whole tiles.
  static func padded(_ count: Int) -> Int {
    let width = BookSweep.tileWidth
    return (max(1, count) + width - 1) / width * width
  }

  /// Memory that holds so many rows: the given one, or a larger one with the same numbers.
  static func grown(_ memory: RowMemory?, numbers: Int, rows: Int) -> RowMemory {
    if let memory, memory.rowLimit >= rows { return memory }
    let larger = RowMemory(stride: padded(numbers), rowLimit: max(rows, 2 * (memory?.rowLimit ?? 512)))
    if let memory { unsafe larger.start.update(from: memory.start, count: memory.stride * memory.rowLimit) }
    return larger
  }

  func row(_ index: Int) -> UnsafeMutablePointer<Double> { unsafe start + index * stride }

  /// Repeats a row's last number to its end.
  func pad(_ row: Int, count: Int) {
    let numbers = unsafe self.row(row)
    guard count > 0 else { return }
    for index in count..<max(count, stride) { unsafe numbers[index] = unsafe numbers[count - 1] }
  }
}
