/// The place of the first element that is NaN or infinite, if there is one.
///
/// LAPACK may loop on such an element, or spread it over the answer, so every list is looked through before a call. The whole
/// list is run through without a branch first: an exponent of all ones carries into the sign when 1 is added to it.
func firstNotFinite(_ values: Span<Double>) -> Int? {
  var carry: UInt64 = 0
  for index in values.indices {
    carry |= (values[index].bitPattern & 0x7FFF_FFFF_FFFF_FFFF) &+ 0x0010_0000_0000_0000
  }
  guard carry >> 63 == 1 else { return nil }
  return values.indices.first { !values[$0].isFinite }
}

/// Refuses a list, or a matrix with `columns` elements a row, that holds NaN or infinity.
func checkFinite(_ values: Span<Double>, _ what: String, columns: Int = 1) throws(LinearAlgebraError) {
  guard let place = firstNotFinite(values) else { return }
  throw .notFinite(what: what, row: place / columns, column: place % columns)
}

/// Right sides that stand one after another, each `order` long: how many they are.
func countOfRightSides(_ values: Span<Double>, order: Int) throws(LinearAlgebraError) -> Int32 {
  guard order > 0 else {
    guard values.isEmpty else {
      throw .dimensionMismatch(what: "elements of the right sides", found: values.count, wanted: 0)
    }
    return 0
  }
  guard values.count % order == 0 else {
    throw .dimensionMismatch(
      what: "elements of the last right side", found: values.count % order, wanted: order)
  }
  let count = try fortranCount(values.count / order, "right sides")
  try checkFinite(values, "the right sides, one a row", columns: order)
  return count
}
