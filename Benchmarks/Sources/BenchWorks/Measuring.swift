import Formats
import Glibc

/// The processor time of this thread in seconds: the machine may be shared.
func threadSeconds() -> Double { seconds(of: CLOCK_THREAD_CPUTIME_ID) }

/// Wall-clock seconds, for works on several threads.
func wallSeconds() -> Double { seconds(of: CLOCK_MONOTONIC) }

private func seconds(of clock: clockid_t) -> Double {
  var time = timespec()
  clock_gettime(clock, &time)
  return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
}

/// Repeats a work for a quarter of a second, after once for the caches, and prints the median rate.
///
/// - Parameter count: Options, or roots, of one repetition.
func measure(count: Int, _ run: () -> Void) {
  run()
  var rates: [Double] = []
  let begin = threadSeconds()
  var start = begin
  repeat {
    run()
    let end = threadSeconds()
    rates.append(Double(count) / (end - start))
    start = end
  } while start - begin < 0.25 || rates.count < 3
  print("rate \(rates.sorted()[rates.count / 2])")
}

/// The doubles of a file.
func doubles(of path: String) throws -> [Double] {
  guard let file = fopen(path, "rb") else { throw FormatError.noInput(file: path, reason: "it cannot be opened") }
  defer { fclose(file) }
  fseek(file, 0, SEEK_END)
  var values = [Double](repeating: 0, count: ftell(file) / MemoryLayout<Double>.size)
  rewind(file)
  let count = values.withUnsafeMutableBytes { fread($0.baseAddress, 1, $0.count, file) }
  guard count == values.count * MemoryLayout<Double>.size else {
    throw FormatError.noInput(file: path, reason: "it ends early")
  }
  return values
}

/// Writes doubles to a file, or the file not at all.
func write(_ values: [Double], to path: String) throws {
  var sink = try OutputSink(path)
  try values.withUnsafeBytes { try sink.write(Array($0)[...]) }
  try sink.finish()
}
