/// Nodes that are valued by one call of the kernel: those of one day, or a part of them.
struct ScenarioPiece {
  /// The place of the day in ``ScenarioSet/days``.
  let day: Int
  /// Of a grid, the rows of the day; empty for a list.
  let rows: Range<Int>
  /// The nodes' places, counted from 0, where they do not follow each other.
  let places: ArraySlice<Int>?
  /// The nodes where they do.
  let nodes: Range<Int>

  var count: Int { places?.count ?? nodes.count }

  /// The node at a place of the piece.
  func node(_ index: Int) -> Int {
    guard let places else { return nodes.lowerBound + index }
    return places[places.startIndex + index]
  }
}

extension ScenarioPiece {
  /// The piece's part of a column of all nodes; nothing of an empty one.
  func gathered(_ column: [Double]) -> ArraySlice<Double> {
    guard !column.isEmpty else { return [] }
    guard let places else { return column[nodes] }
    return places.map { column[$0] }[...]
  }
}

extension ScenarioSet {
  /// Cuts nodes, counted from 0, into pieces; of a grid they must be whole rows.
  func pieces(of nodes: Range<Int>) -> [ScenarioPiece] {
    switch self {
    case .grid(let grid):
      let (width, rowsPerDay) = (grid.spotShifts.count, grid.volatilityShifts.count)
      var pieces: [ScenarioPiece] = []
      var first = nodes.lowerBound / width
      let last = nodes.upperBound / width
      while first < last {
        let day = first / rowsPerDay
        let end = min(last, (day + 1) * rowsPerDay)
        pieces.append(
          ScenarioPiece(
            day: day, rows: (first - day * rowsPerDay)..<(end - day * rowsPerDay), places: nil,
            nodes: (first * width)..<(end * width)))
        first = end
      }
      return pieces
    case .list(let list):
      return list.placesByDay.enumerated().compactMap { day, places in
        // Ascending, so that a part of the list is a part of them.
        let low = ScenarioSet.first(in: places, from: nodes.lowerBound)
        let high = ScenarioSet.first(in: places, from: nodes.upperBound)
        guard low < high else { return nil }
        let (first, last) = (places[low], places[high - 1])
        let isDense = last - first == high - 1 - low
        return ScenarioPiece(
          day: day, rows: 0..<0, places: isDense ? nil : places[low..<high], nodes: first..<(last + 1))
      }
    }
  }

  /// The first index whose number is `bound` or more.
  private static func first(in ascending: [Int], from bound: Int) -> Int {
    var (low, high) = (0, ascending.count)
    while low < high {
      let middle = (low + high) / 2
      if ascending[middle] < bound { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
