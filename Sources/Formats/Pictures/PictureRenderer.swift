/// Draws a picture as SVG: the chart, and under it title, units and source.
///
/// Nothing is fetched: no script, no font, no picture from elsewhere. Widths are those of a column of 640 units, so that
/// letters are still read at 600 pixels.
struct PictureRenderer {
  static let width = 640.0
  /// The left and right ends of plots.
  static let (left, right) = (84.0, 610.0)

  /// The middle for a label that would not leave the picture.
  static func middle(of label: String, at place: Double, isStrong: Bool = false) -> Double {
    let half = SVGDrawing.width(of: label, isStrong: isStrong) / 2 + 4
    return half * 2 > width ? width / 2 : min(max(place, half), width - half)
  }

  private let picture: Picture
  private let isAlone: Bool

  init(_ picture: Picture, isAlone: Bool) {
    self.picture = picture
    self.isAlone = isAlone
  }

  var text: String {
    var drawing = SVGDrawing()
    let bottom: Double
    switch picture.chart {
    case .lines(let chart): bottom = LineChartRenderer(chart, name: picture.name).draw(into: &drawing)
    case .maps(let chart): bottom = HeatMapRenderer(chart, name: picture.name).draw(into: &drawing)
    case .bars(let chart): bottom = BarChartRenderer(chart, name: picture.name).draw(into: &drawing)
    }
    let height = caption(from: bottom, into: &drawing)
    let (name, size) = (picture.name, SVGDrawing.number(height))
    let frame = "viewBox=\"0 0 640 \(size)\" role=\"img\" aria-labelledby=\"\(name)-title \(name)-desc\""
    var parts = [
      isAlone
        ? "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"picture\" width=\"640\" height=\"\(size)\" \(frame)>"
        : "<svg class=\"picture\" \(frame)>",
      "<title id=\"\(name)-title\">\(HTMLRenderer.escaped(picture.title))</title>",
      "<desc id=\"\(name)-desc\">\(HTMLRenderer.escaped(picture.description))</desc>",
    ]
    if isAlone {
      parts += ["<style>", PictureStyle.sheet, "</style>"]
      parts.append("<rect class=\"paper\" width=\"640\" height=\"\(size)\"/>")
    }
    parts.append("<defs>" + PictureStyle.patterns(name) + "</defs>")
    return (parts + drawing.parts + ["</svg>"]).joined(separator: "\n")
  }

  /// - Returns: The height of the whole picture.
  private func caption(from bottom: Double, into drawing: inout SVGDrawing) -> Double {
    var height = bottom + 24
    let blocks = [("caption", picture.title, 76), ("name", picture.units, 98), ("source", picture.source, 108)]
    for (style, words, columns) in blocks where !words.isEmpty {
      for line in TextLayout.wrapped(words, columns) {
        drawing.text(style, 10, height, line, .start)
        height += 16
      }
    }
    return height - 4
  }
}
