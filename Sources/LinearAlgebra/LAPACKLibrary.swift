internal import CLapack

/// The shared library that gives LAPACK: which one it is, and the way into it.
///
/// It is opened when something is first factored or fitted, once a process, and then stays. Debian's OpenBLAS brings LAPACK in
/// the same file as BLAS, so the two are one library and opening the second costs nothing; where BLAS is there without LAPACK,
/// products still work and only what needs LAPACK is refused. It works with one thread, since the threads are ours.
@safe
public struct LAPACKLibrary: Sendable {
  /// As it was opened: `libopenblas.so.0`.
  public let name: String
  // Addresses of code, which nothing changes after the library is opened.
  let entries: clapack_lapack

  /// What is tried, in this order. The second is whatever the system offers as LAPACK.
  static let names = ["libopenblas.so.0", "liblapack.so.3"]

  /// The library of this process, opened at the first call; threads that come meanwhile wait.
  ///
  /// - Throws: ``LinearAlgebraError/lapackMissing(tried:)``, at every call the same.
  public static var shared: LAPACKLibrary {
    get throws(LinearAlgebraError) { try opened.get() }
  }

  private static let opened = Result { () throws(LinearAlgebraError) in try LAPACKLibrary(opening: names) }

  /// Opens the first of `names` that holds all that is called.
  init(opening names: [String]) throws(LinearAlgebraError) {
    var tried: [String] = []
    for name in names {
      var lapack = clapack_lapack()
      var reason = [CChar](repeating: 0, count: 512)
      let capacity = reason.count
      if unsafe clapack_open_lapack(name, &lapack, &reason, capacity) {
        self.name = name
        entries = lapack
        return
      }
      tried.append(String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }
    throw .lapackMissing(tried: tried)
  }
}

/// Stops a call whose INFO is negative: LAPACK has refused an argument that was checked before it was passed.
func checkArguments(_ info: Int32, of routine: String) throws(LinearAlgebraError) {
  guard info >= 0 else { throw .illegalArgument(routine: routine, argument: -Int(info)) }
}

/// A count as the Fortran interface takes it.
func fortranCount(_ count: Int, _ what: String) throws(LinearAlgebraError) -> Int32 {
  guard let result = Int32(exactly: count) else {
    throw .tooLarge(what: what, found: count, limit: Int(Int32.max))
  }
  return result
}
