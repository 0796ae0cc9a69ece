/// Makes a failing sequence as short and as plain as it will go, so that a person can read it.
public enum Shrinking {
  /// Removes elements, then simplifies those that are left, for as long as the sequence still fails.
  ///
  /// Ever smaller runs are taken out (after Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input",
  /// 2002), then every element is tried with each of its simpler forms.
  ///
  /// - Parameters:
  ///   - sequence: A failing one.
  ///   - simpler: Simpler forms of an element, the simplest first; none of them the element itself.
  ///   - fails: Whether a sequence still fails; asked at most `limit` times.
  public static func minimal<Element>(
    _ sequence: [Element], simpler: (Element) -> [Element] = { _ in [] }, limit: Int = 2000,
    fails: ([Element]) -> Bool
  ) -> [Element] {
    var best = sequence
    var left = limit
    func stillFails(_ candidate: [Element]) -> Bool {
      guard left > 0 else { return false }
      left -= 1
      return fails(candidate)
    }
    var changed = true
    while changed, left > 0 {
      changed = false
      var size = max(1, best.count / 2)
      while true {
        var start = 0
        while start < best.count {
          var candidate = best
          candidate.removeSubrange(start..<min(start + size, best.count))
          if stillFails(candidate) {
            best = candidate
            changed = true
          } else {
            start += size
          }
        }
        if size == 1 { break }
        size /= 2
      }
      for index in best.indices {
        for form in simpler(best[index]) {
          var candidate = best
          candidate[index] = form
          if stillFails(candidate) {
            best = candidate
            changed = true
            break
          }
        }
      }
    }
    return best
  }
}
