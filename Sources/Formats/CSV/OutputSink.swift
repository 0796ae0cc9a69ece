import CInterrupt
import Glibc

/// Where a report goes: standard output, or a file that appears only when it is whole.
///
/// A file is written without a name, or under a temporary one, in the folder where it will stand, and gets its own name
/// in ``finish()``; whatever goes wrong before leaves the old file as it was and nothing beside it. A device or a pipe
/// that already has the name is written to directly: it must not be replaced. A file whose name ends in `.gz` is
/// compressed. A temporary name goes away also where a signal ends the program.
public struct OutputSink: ~Copyable {
  private enum Target {
    case standardOutput
    case device
    /// A file without a name yet (Linux `O_TMPFILE`), which goes away with its descriptor.
    case nameless(folder: String)
    case temporary(path: String)
  }

  /// As messages name it.
  private let name: String
  private let path: String
  private let descriptor: Int32
  private let target: Target
  private var isFinished = false
  private var buffer: [UInt8] = []
  private let isCompressed: Bool
  private var hasMember = false
  /// The guard of the temporary name.
  private let slot: Int32

  private static let bufferSize = 1 << 18
  /// Bytes compressed in one step, by several threads.
  private static let compressedSize = 4 * GzipWriter.memberSize

  /// - Parameter path: The file; nil or `-` is standard output.
  /// - Throws: ``FormatError`` `.cannotWrite`.
  public init(_ path: String?) throws(FormatError) { try self.init(path, isNameless: true) }

  /// - Parameter isNameless: True for a file without a name until it is finished, where the system has such.
  init(_ path: String?, isNameless: Bool) throws(FormatError) {
    isCompressed = path?.hasSuffix(".gz") == true
    if isCompressed, let path, !GzipReader.isAvailable { throw .cannotWrite(file: path, reason: GzipReader.missing) }
    buffer.reserveCapacity(OutputSink.bufferSize)
    // By these names another opening of the file behind standard output would be had, with a place of its own in it.
    guard let path, !["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"].contains(path) else {
      (name, self.path, descriptor, target, slot) = ("standard output", "", 1, .standardOutput, -1)
      return
    }
    var status = stat()
    let exists = unsafe stat(path, &status) == 0
    let kind = status.st_mode & S_IFMT
    if exists, kind == S_IFDIR { throw .cannotWrite(file: path, reason: "it is a directory") }
    if exists, kind != S_IFREG {
      let file = unsafe open(path, O_WRONLY | O_CLOEXEC)
      guard file >= 0 else { throw .cannotWrite(file: path, reason: systemMessage(errno)) }
      (name, self.path, descriptor, target, slot) = (path, path, file, .device, -1)
      return
    }
    // A link is followed, so that the file it points to is replaced and not the link.
    let place = exists ? OutputSink.resolved(path) : path
    let folder = OutputSink.folder(of: place)
    let mode = exists ? status.st_mode & 0o7777 : 0o666
    let nameless = isNameless ? unsafe open(folder, namelessFile | O_WRONLY | O_CLOEXEC, mode) : -1
    if nameless >= 0 {
      (name, self.path, descriptor, target, slot) = (path, place, nameless, .nameless(folder: folder), -1)
    } else {
      let temporary = OutputSink.temporaryName(in: folder)
      let guardSlot = unsafe ci_guard_file(temporary)
      let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
      guard file >= 0 else {
        let reason = systemMessage(errno)
        ci_release_file(guardSlot)
        throw .cannotWrite(file: path, reason: reason)
      }
      (name, self.path, descriptor, target, slot) = (path, place, file, .temporary(path: temporary), guardSlot)
    }
    if exists { fchmod(descriptor, mode) }
  }

  deinit {
    if case .standardOutput = target { return }
    close(descriptor)
    if case .temporary(let temporary) = target, !isFinished { unsafe unlink(temporary) }
    ci_release_file(slot)
  }

  /// - Throws: ``FormatError`` `.cannotWrite` for a full disk, `.closedPipe`.
  public mutating func write(_ bytes: ArraySlice<UInt8>) throws(FormatError) {
    if isCompressed {
      buffer.append(contentsOf: bytes)
      if buffer.count >= OutputSink.compressedSize {
        let whole = buffer.count / GzipWriter.memberSize * GzipWriter.memberSize
        let rest = Array(buffer[whole...])
        buffer.removeLast(rest.count)
        try compress()
        buffer.append(contentsOf: rest)
      }
      return
    }
    if buffer.count + bytes.count > OutputSink.bufferSize { try flush() }
    guard bytes.count < OutputSink.bufferSize else { return try writeOut(bytes.span) }
    buffer.append(contentsOf: bytes)
  }

  /// As ``write(_:)-(ArraySlice<UInt8>)``.
  public mutating func write(_ rows: CSVWriter) throws(FormatError) { try write(rows.output) }

  /// As ``write(_:)-(ArraySlice<UInt8>)``.
  public mutating func write(_ text: String) throws(FormatError) { try write(Array(text.utf8)[...]) }

  /// Hands everything to the system. Only then is the output complete, and only then does a file have its name.
  ///
  /// - Throws: ``FormatError`` `.cannotWrite` for a full disk, `.closedPipe`.
  public mutating func finish() throws(FormatError) {
    try flush()
    switch target {
    case .standardOutput, .device: break
    case .nameless(let folder):
      let temporary = OutputSink.temporaryName(in: folder)
      let source = "/proc/self/fd/\(descriptor)"
      let guardSlot = unsafe ci_guard_file(temporary)
      defer { ci_release_file(guardSlot) }
      guard unsafe linkat(AT_FDCWD, source, AT_FDCWD, temporary, AT_SYMLINK_FOLLOW) == 0 else {
        throw .cannotWrite(file: name, reason: systemMessage(errno))
      }
      guard unsafe rename(temporary, path) == 0 else {
        let reason = systemMessage(errno)
        unsafe unlink(temporary)
        throw .cannotWrite(file: name, reason: reason)
      }
    case .temporary(let temporary):
      guard unsafe rename(temporary, path) == 0 else {
        throw .cannotWrite(file: name, reason: systemMessage(errno))
      }
    }
    isFinished = true
  }

  /// Writes what the buffer holds as members.
  private mutating func compress() throws(FormatError) {
    guard let members = GzipWriter.members(buffer) else {
      throw .cannotWrite(file: name, reason: "no memory for its compression")
    }
    for member in members { try writeOut(member.span) }
    hasMember = true
    buffer.removeAll(keepingCapacity: true)
  }

  private mutating func flush() throws(FormatError) {
    if isCompressed, !hasMember || !buffer.isEmpty { return try compress() }
    guard !buffer.isEmpty else { return }
    try writeOut(buffer.span)
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeOut(_ bytes: borrowing Span<UInt8>) throws(FormatError) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(descriptor, buffer.baseAddress.map { unsafe $0 + written }, buffer.count - written)
      }
      if count >= 0 {
        written += count
      } else if errno == EPIPE {
        throw .closedPipe
      } else if errno == EAGAIN {
        // A terminal or pipe that another program made non-blocking: wait until it takes more.
        var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        unsafe poll(&ready, 1, -1)
      } else if errno != EINTR {
        throw .cannotWrite(file: name, reason: systemMessage(errno))
      }
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func resolved(_ path: String) -> String {
    guard let full = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(full) }
    return unsafe String(cString: full)
  }

  /// A name nobody else uses at this moment: this process's number, and the clock.
  private static func temporaryName(in folder: String) -> String {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return "\(folder)/.bulkhead-\(getpid())-\(now.tv_nsec).tmp"
  }
}

/// `O_TMPFILE`, which is a macro of two flags and so not imported: __O_TMPFILE and O_DIRECTORY.
private let namelessFile: Int32 = 0o20_000_000 | O_DIRECTORY
