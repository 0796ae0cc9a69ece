import CGzip

/// Writes gzip files as a row of members, one for each mebibyte, compressed by every processor.
///
/// Where members begin depends on nothing but the bytes, and they name neither a file nor a time: the same report is the
/// same file, whatever the number of threads.
enum GzipWriter {
  static let memberSize = 1 << 20
  /// Reports are digits, which more work hardly makes smaller: of 350 MB of `price`, level 1 leaves 50 % and level 6 47 % at
  /// a fifth of the speed.
  private static let level: Int32 = 1

  /// The members of `bytes`, of which every one but the last holds ``memberSize``; one member where there are none.
  ///
  /// - Returns: nil where the compression fails.
  static func members(_ bytes: [UInt8]) -> [[UInt8]]? {
    let count = max(1, (bytes.count + memberSize - 1) / memberSize)
    let members = Parallel.map(count: count) { index in
      let range = (index * memberSize)..<min(bytes.count, (index + 1) * memberSize)
      return member(bytes, range)
    }
    return members.contains { $0.isEmpty } ? nil : members
  }

  private static func member(_ bytes: [UInt8], _ range: Range<Int>) -> [UInt8] {
    let room = cg_member_bound(range.count)
    return unsafe [UInt8](unsafeUninitializedCapacity: room) { output, count in
      count = unsafe bytes.withUnsafeBufferPointer { input in
        // An empty array may have no address, and zlib wants one.
        guard let target = output.baseAddress else { return 0 }
        let source = unsafe input.baseAddress.map { unsafe $0 + range.lowerBound } ?? UnsafePointer(target)
        return unsafe cg_member(source, range.count, target, room, level)
      }
    }
  }
}
