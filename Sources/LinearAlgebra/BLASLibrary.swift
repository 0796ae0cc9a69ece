internal import CLapack

/// The shared library that gives the BLAS: which one it is, and the way into it.
///
/// It is opened when something is first multiplied, once a process, and then stays: 2.5 ms for OpenBLAS from memory. It
/// works with one thread, since the threads are ours; where other code of the process uses the same OpenBLAS, that holds for
/// its calls as well.
@safe
public struct BLASLibrary: Sendable {
  /// As it was opened: `libopenblas.so.0`.
  public let name: String
  /// What OpenBLAS says of itself, with the processor for which it chose its kernels, as in
  /// `OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY Cooperlake MAX_THREADS=64`; empty for other libraries.
  public let configuration: String
  // Addresses of code, which nothing changes after the library is opened.
  let entries: clapack_library

  /// The package of Debian and Ubuntu that brings the library.
  public static let package = "libopenblas0-pthread"

  /// What is tried, in this order. The second is whatever the system offers as BLAS, in the worst case the reference
  /// implementation, whose results are as good and some tens of times slower.
  static let names = ["libopenblas.so.0", "libblas.so.3"]

  /// The library of this process, opened at the first call; threads that come meanwhile wait.
  ///
  /// - Throws: ``LinearAlgebraError/libraryMissing(tried:)``, at every call the same.
  public static var shared: BLASLibrary {
    get throws(LinearAlgebraError) { try opened.get() }
  }

  private static let opened = Result { () throws(LinearAlgebraError) in try BLASLibrary(opening: names) }

  /// Opens the first of `names` that holds what is called.
  init(opening names: [String]) throws(LinearAlgebraError) {
    var tried: [String] = []
    for name in names {
      var library = clapack_library()
      var reason = [CChar](repeating: 0, count: 512)
      let capacity = reason.count
      if unsafe clapack_open(name, &library, &reason, capacity) {
        self.name = name
        unsafe configuration = library.configuration.flatMap { unsafe $0() }.map { unsafe String(cString: $0) } ?? ""
        entries = library
        return
      }
      tried.append(String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    throw .libraryMissing(tried: tried)
  }
}
