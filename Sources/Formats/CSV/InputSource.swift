import Glibc

/// The bytes of a file, or of standard input, that can be read twice.
///
/// A file is read a piece at a time, so that memory stays bounded; what cannot be read twice (a pipe) is kept whole.
/// A file whose name ends in `.gz` gives its decompressed bytes. Mapping the file would save a copy, but a file that
/// shrinks while it is read would then end the program.
struct InputSource: ~Copyable {
  /// As messages name it.
  let name: String
  /// The size when it was opened.
  private(set) var byteCount = 0
  private let descriptor: Int32
  private let isOwned: Bool
  /// The whole input where it cannot be read twice.
  private var kept: [UInt8]?
  private var keptPosition = 0
  /// Bytes read so far.
  private(set) var position = 0
  /// Decompresses what was read; nil for a file that is not compressed.
  private var gzip: GzipReader?
  /// What may be kept of an input that cannot be read twice: a device may have no end.
  private static let keptLimit = 1 << 30

  /// - Parameter path: The file; `-` is standard input.
  /// - Throws: ``FormatError`` `.noInput` for a file that is not there or may not be read, `.malformed` for a directory.
  init(_ path: String) throws(FormatError) {
    isOwned = path != "-"
    name = isOwned ? path : "standard input"
    descriptor = isOwned ? unsafe open(path, O_RDONLY | O_CLOEXEC) : 0
    guard descriptor >= 0 else { throw .noInput(file: name, reason: systemMessage(errno)) }
    let isCompressed = path.hasSuffix(".gz")
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .noInput(file: name, reason: systemMessage(errno)) }
    if status.st_mode & S_IFMT == S_IFDIR {
      throw .malformed(SourceLocation(file: name, line: 1, column: 1), found: "a directory", wanted: "a file")
    }
    if isCompressed, !GzipReader.isAvailable { throw .noInput(file: name, reason: GzipReader.missing) }
    byteCount = Int(status.st_size)
    if status.st_mode & S_IFMT != S_IFREG || !isOwned {
      let bytes = try readAll()
      byteCount = bytes.count
      kept = bytes
      keptPosition = 0
      position = 0
    }
    if isCompressed {
      gzip = GzipReader()
      if gzip == nil { throw .noInput(file: name, reason: "no memory for its decompression") }
      // No byte of gzip data says more than 1032 bytes.
      byteCount = byteCount.multipliedReportingOverflow(by: 1032).partialValue
      byteCount = max(byteCount, 1 << 16)
    }
  }

  deinit { if isOwned, descriptor >= 0 { close(descriptor) } }

  /// Goes on reading behind the first `position` bytes, which have been read before.
  ///
  /// Compressed bytes are read once more up to there.
  mutating func seek(to position: Int) throws(FormatError) {
    guard gzip != nil else {
      try seekStored(to: position)
      self.position = position
      return
    }
    try seekStored(to: 0)
    gzip?.restart()
    self.position = 0
    var skipped = [UInt8](repeating: 0, count: min(position, 1 << 16))
    while self.position < position {
      let count = try read(into: &skipped, from: 0, to: min(skipped.count, position - self.position))
      // A file that has become shorter is found by what is missing.
      guard count > 0 else { return }
    }
  }

  private mutating func seekStored(to position: Int) throws(FormatError) {
    if kept != nil {
      keptPosition = position
    } else if lseek(descriptor, position, SEEK_SET) < 0 {
      throw .noInput(file: name, reason: systemMessage(errno))
    }
  }

  /// Fills `bytes` from `start` up to `end` as far as the input goes.
  ///
  /// - Returns: One past the last byte read; less than `end` only at the end of the input.
  mutating func read(into bytes: inout [UInt8], from start: Int, to end: Int) throws(FormatError) -> Int {
    precondition(start >= 0 && start <= end && end <= bytes.count, "the range must lie inside the buffer")
    guard var reader = gzip.take() else {
      let filled = try readStored(into: &bytes, from: start, to: end)
      position += filled - start
      return filled
    }
    let outcome: Result<Int, FormatError>
    do throws(FormatError) {
      outcome = .success(
        try reader.read(into: &bytes, from: start, to: end, file: name) { buffer throws(FormatError) in
          try readStored(into: &buffer, from: 0, to: buffer.count)
        })
    } catch { outcome = .failure(error) }
    gzip = consume reader
    let filled = try outcome.get()
    position += filled - start
    return filled
  }

  /// As ``read(into:from:to:)``, the bytes of the file as they are.
  private mutating func readStored(
    into bytes: inout [UInt8], from start: Int, to end: Int
  ) throws(FormatError) -> Int {
    if let kept {
      let count = min(end - start, kept.count - keptPosition)
      bytes.replaceSubrange(start..<(start + count), with: kept[keptPosition..<(keptPosition + count)])
      keptPosition += count
      return start + count
    }
    var filled = start
    while filled < end {
      let count = unsafe bytes.withUnsafeMutableBytes { buffer in
        unsafe Glibc.read(descriptor, buffer.baseAddress.map { unsafe $0 + filled }, end - filled)
      }
      if count == 0 { break }
      if count < 0 {
        guard errno == EINTR else { throw .noInput(file: name, reason: systemMessage(errno)) }
        continue
      }
      filled += count
    }
    return filled
  }

  private mutating func readAll() throws(FormatError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    var filled = 0
    while true {
      let end = try readStored(into: &bytes, from: filled, to: bytes.count)
      guard end == bytes.count else {
        bytes.removeLast(bytes.count - end)
        return bytes
      }
      filled = end
      guard filled < InputSource.keptLimit else {
        throw .malformed(
          SourceLocation(file: name, line: 1, column: 1), found: "more than \(InputSource.keptLimit >> 20) MiB",
          wanted: "a file in place of a pipe or device")
      }
      bytes += [UInt8](repeating: 0, count: bytes.count)
    }
  }
}

/// The system's words for an error number, in English whatever the locale: the C library translates only after a
/// `setlocale`, which this program never calls.
func systemMessage(_ code: Int32) -> String {
  unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}
