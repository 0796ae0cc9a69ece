public import LinearAlgebra
public import Scenarios

/// A square table of correlations: the header names the series behind its first cell, each row begins with its series' name.
///
/// Rows and columns may stand in any order, and series that are not asked for are passed over.
public struct CorrelationFile: Sendable {
  /// As the file states it, in the order asked for.
  public let stated: Matrix
  public let correlation: CorrelationMatrix
  /// Where the stated matrix is none: how far the nearest one lies from it, by the root of the squared differences of all
  /// elements (Higham 2002); nil where it is one.
  public let distance: Double?

  /// Reads the correlations of `series`.
  ///
  /// - Throws: ``FormatError``: a series that is missing or stands twice, a cell that is no number from -1 to 1, and a matrix
  ///   that has no nearest correlation matrix because it is not symmetric or not 1 on the diagonal.
  public init(_ path: String, series: [String]) throws(FormatError) {
    var reader = try CSVReader.open(path)
    var columns: [Int] = []
    for name in series {
      guard let column = reader.columns.dropFirst().firstIndex(of: name) else {
        throw .malformed(
          reader.location(ofColumn: 0), found: "columns \(reader.columns.prefix(20).joined(separator: ", "))",
          wanted: "a column '\(name)' behind the first")
      }
      columns.append(column)
    }
    var rows = [[Double]?](repeating: nil, count: series.count)
    while let block = try reader.nextBlock() {
      for row in 0..<block.rowCount {
        let name = block.text(row: row, column: 0)
        guard let place = series.firstIndex(of: name) else { continue }
        guard rows[place] == nil else {
          throw .malformed(
            block.location(file: reader.file, row: row, column: 0), found: "\(CellError.quoted(name)) twice",
            wanted: "each series once")
        }
        var numbers: [Double] = []
        for column in columns {
          let text = block.text(row: row, column: column)
          guard let number = NumberText.double(text), number.magnitude <= 1 else {
            throw .malformed(
              block.location(file: reader.file, row: row, column: column), found: CellError.quoted(text),
              wanted: "a correlation from -1 to 1")
          }
          numbers.append(number)
        }
        rows[place] = numbers
      }
    }
    for (place, row) in rows.enumerated() where row == nil {
      throw .malformed(reader.location(ofColumn: 0), found: "no row '\(series[place])'", wanted: "one")
    }
    let place = reader.location(ofColumn: 0)
    do {
      stated = try Matrix(rows: series.count, columns: series.count, elements: rows.flatMap { $0 ?? [] })
    } catch { throw .refused(place, error.description) }
    if let correlation = try? CorrelationMatrix(stated) {
      self.correlation = correlation
      distance = nil
      return
    }
    do throws(ScenarioError) {
      let nearest = try NearestCorrelation(to: stated)
      correlation = nearest.correlation
      distance = nearest.distance
    } catch { throw .refused(place, error.description) }
  }
}
