/// The elements of a square, finite, symmetric matrix, row by row, each the mean of the two that stand for it.
///
/// A product such as A'A leaves the library symmetric only to rounding, hence a tolerance: elements may differ by 2^-40, some
/// 1e-12, of the largest.
func symmetricElements(of matrix: Matrix, _ what: String) throws(LinearAlgebraError) -> [Double] {
  let order = matrix.rows
  guard matrix.columns == order else {
    throw .dimensionMismatch(what: "columns of \(what)", found: matrix.columns, wanted: order)
  }
  _ = try fortranCount(order, "rows of \(what)")
  var elements = matrix.elements
  try checkFinite(elements.span, what, columns: max(1, order))
  var largest = 0.0
  for element in elements { largest = max(largest, element.magnitude) }
  var (worst, place) = (0.0, (row: 0, column: 0))
  for row in 0..<order {
    for column in 0..<row {
      let (below, above) = (elements[row * order + column], elements[column * order + row])
      // Halves first, so that the difference of opposite large numbers stays finite.
      let difference = (below / 2 - above / 2).magnitude
      if difference > worst { (worst, place) = (difference, (row, column)) }
      let mean = below / 2 + above / 2
      elements[row * order + column] = mean
      elements[column * order + row] = mean
    }
  }
  guard worst <= 0x1p-41 * largest else {
    throw .notSymmetric(row: place.row, column: place.column, difference: 2 * worst)
  }
  return elements
}
