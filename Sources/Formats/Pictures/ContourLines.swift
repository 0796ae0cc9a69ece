/// Where values on a lattice pass a level, by marching squares (Lorensen and Cline, 1987, in two dimensions).
///
/// A node is inside where its value is strictly below the level. Each end of a segment lies on an edge between a node inside
/// and one outside, where the straight line between the two values meets the level: exact for what is linear along edges.
/// In a saddle, with two nodes inside across from each other, the mean of the four decides which are connected.
enum ContourLines {
  struct Segment: Hashable, Sendable {
    let from: Point
    let to: Point
  }

  struct Point: Hashable, Sendable {
    let x: Double
    let y: Double
  }

  /// - Parameters:
  ///   - xs: Ascending; as `ys`.
  ///   - values: Row by `ys`, column by `xs`; a cell with a value that is no finite number has no segment.
  /// - Complexity: O(nodes).
  static func segments(_ xs: [Double], _ ys: [Double], _ values: [Double], level: Double) -> [Segment] {
    guard xs.count > 1, ys.count > 1, values.count == xs.count * ys.count, level.isFinite else { return [] }
    var segments: [Segment] = []
    for row in 0..<(ys.count - 1) {
      for column in 0..<(xs.count - 1) {
        let low = row * xs.count + column
        let corners = [values[low], values[low + 1], values[low + xs.count + 1], values[low + xs.count]]
        guard corners.allSatisfy(\.isFinite) else { continue }
        let places = [
          (xs[column], ys[row]), (xs[column + 1], ys[row]), (xs[column + 1], ys[row + 1]), (xs[column], ys[row + 1]),
        ]
        // The edge k joins corner k with the next; seen from the lower end, so that both of its cells find the same point.
        let crossings = (0..<4).compactMap { edge -> (edge: Int, point: Point)? in
          let (start, end) = [(0, 1), (1, 2), (3, 2), (0, 3)][edge]
          let (a, b) = (corners[start], corners[end])
          guard (a < level) != (b < level) else { return nil }
          let share = (level - a) / (b - a)
          return (
            edge,
            Point(
              x: places[start].0 + share * (places[end].0 - places[start].0),
              y: places[start].1 + share * (places[end].1 - places[start].1))
          )
        }
        if crossings.count == 2 {
          segments.append(Segment(from: crossings[0].point, to: crossings[1].point))
        } else if crossings.count == 4 {
          let mean = corners.reduce(0) { $0 + $1 / 4 }
          // With the middle on the side of corner 0, corners 1 and 3 are cut off, else 0 and 2.
          let isWithFirst = (mean < level) == (corners[0] < level)
          let pairs = isWithFirst ? [(0, 1), (2, 3)] : [(3, 0), (1, 2)]
          for (first, second) in pairs {
            segments.append(Segment(from: crossings[first].point, to: crossings[second].point))
          }
        }
      }
    }
    return segments
  }
}
