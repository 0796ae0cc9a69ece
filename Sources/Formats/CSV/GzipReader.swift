import CGzip

/// Reads the members of a gzip file one after the other, in bounded memory (RFC 1952).
///
/// Nothing is taken on trust: every member must be whole and its checksum right, and behind the last one the file ends.
@safe
struct GzipReader: ~Copyable {
  private let reader: UnsafeMutableRawPointer
  /// Compressed bytes, and the part of them not yet read.
  private var bytes = [UInt8](repeating: 0, count: 1 << 16)
  private var pending = 0..<0
  /// Compressed bytes taken so far: a fault is told by its place in the file.
  private var taken = 0
  private var state = State.begin

  private enum State {
    /// Before the first member: a file of no bytes is an empty one.
    case begin
    case inside
    /// Behind a whole member.
    case between
    case end
  }

  /// Gzip's first two bytes.
  private static let magic: [UInt8] = [0x1F, 0x8B]

  /// - Returns: nil where zlib is missing.
  init?() {
    guard let reader = unsafe cg_reader_open() else { return nil }
    unsafe self.reader = reader
  }

  deinit { unsafe cg_reader_close(reader) }

  static var isAvailable: Bool { cg_is_available() == 1 }

  static let missing = "zlib (libz.so.1, Debian's zlib1g), which .gz files want, is not installed"

  /// Starts again with the first byte of the file.
  mutating func restart() {
    _ = unsafe cg_reader_restart(reader)
    (pending, taken, state) = (0..<0, 0, .begin)
  }

  /// Fills `out` from `start` up to `end` as far as the file goes.
  ///
  /// - Parameter read: Fills a buffer with compressed bytes and gives their count; 0 at the end of the file.
  /// - Returns: One past the last byte.
  /// - Throws: ``FormatError`` `.malformed` for data that are damaged, cut or followed by something else.
  mutating func read(
    into out: inout [UInt8], from start: Int, to end: Int, file: String,
    _ read: (inout [UInt8]) throws(FormatError) -> Int
  ) throws(FormatError) -> Int {
    var filled = start
    while filled < end, state != .end {
      if pending.isEmpty {
        pending = 0..<(try read(&bytes))
        if pending.isEmpty {
          guard state != .inside else { throw fault(file, "gzip data that end within a member") }
          state = .end
          break
        }
      }
      if state == .between {
        _ = unsafe cg_reader_restart(reader)
        guard bytes[pending.lowerBound] == GzipReader.magic[0] else {
          throw fault(file, "bytes behind the end of the gzip data")
        }
      }
      state = .inside
      var (given, room) = (pending.count, end - filled)
      let code = unsafe bytes.withUnsafeBufferPointer { input in
        unsafe out.withUnsafeMutableBufferPointer { output in
          guard let source = input.baseAddress, let target = output.baseAddress else { return Int32(CG_NO_MEMORY) }
          return unsafe cg_reader_step(reader, source + pending.lowerBound, &given, target + filled, &room)
        }
      }
      filled += room
      taken += given
      pending = (pending.lowerBound + given)..<pending.upperBound
      switch Int(code) {
      case Int(CG_MORE): break
      case Int(CG_MEMBER_END): state = .between
      case Int(CG_NO_MEMORY): throw .noInput(file: file, reason: "no memory for its decompression")
      default: throw fault(file, "damaged gzip data")
      }
    }
    return filled
  }

  private func fault(_ file: String, _ found: String) -> FormatError {
    .malformed(
      SourceLocation(file: file, line: 1, column: 1), found: "\(found) at byte \(taken + 1) of the file",
      wanted: "whole gzip members and nothing behind them")
  }
}
