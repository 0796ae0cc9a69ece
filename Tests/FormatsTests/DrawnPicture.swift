import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// An SVG or XHTML text as a strict reader of XML takes it.
final class DrawnPicture: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    var text = ""
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []
  private(set) var problem: String?

  /// - Returns: nil with a recorded issue where the text is not well formed.
  init?(_ text: String) {
    super.init()
    let parser = XMLParser(data: Data(text.utf8))
    parser.delegate = self
    guard parser.parse() else {
      Issue.record("not well formed: line \(parser.lineNumber): \(parser.parserError.map { "\($0)" } ?? "")")
      return nil
    }
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let last = open.last { elements[last].text += string }
  }

  func all(_ name: String, class style: String? = nil) -> [Element] {
    elements.filter { element in
      element.name == name
        && (style.map { (element.attributes["class"] ?? "").split(separator: " ").contains(Substring($0)) } ?? true)
    }
  }

  /// Width and height of the first picture.
  var size: (width: Double, height: Double) {
    let numbers = (all("svg").first?.attributes["viewBox"] ?? "").split(separator: " ").compactMap { Double($0) }
    return numbers.count == 4 ? (numbers[2], numbers[3]) : (0, 0)
  }

  /// Every point that is drawn, patterns and clips left out.
  var points: [(x: Double, y: Double, element: Element)] {
    var points: [(x: Double, y: Double, element: Element)] = []
    for element in elements {
      func number(_ name: String) -> Double? { element.attributes[name].flatMap { Double($0) } }
      switch element.name {
      case "line":
        points.append((number("x1") ?? .nan, number("y1") ?? .nan, element))
        points.append((number("x2") ?? .nan, number("y2") ?? .nan, element))
      case "rect":
        guard let x = number("x"), let y = number("y") else { continue }
        points.append((x, y, element))
        points.append((x + (number("width") ?? .nan), y + (number("height") ?? .nan), element))
      case "circle": points.append((number("cx") ?? .nan, number("cy") ?? .nan, element))
      case "text": points.append((number("x") ?? .nan, number("y") ?? .nan, element))
      case "path": points += DrawnPicture.points(element.attributes["d"] ?? "").map { ($0.x, $0.y, element) }
      default: continue
      }
    }
    return points
  }

  /// The points of a path of the commands that are in use: M, L, H, V, Z, h, v.
  static func points(_ data: String) -> [(x: Double, y: Double)] {
    var points: [(x: Double, y: Double)] = []
    var (x, y) = (0.0, 0.0)
    var (command, numbers): (Character, [Double]) = (" ", [])
    func flush() {
      switch command {
      case "M", "L": (x, y) = (numbers.first ?? .nan, numbers.count == 2 ? numbers[1] : .nan)
      case "H": x = numbers.first ?? .nan
      case "V": y = numbers.first ?? .nan
      case "h": x += numbers.first ?? .nan
      case "v": y += numbers.first ?? .nan
      default: return
      }
      points.append((x, y))
    }
    var text = ""
    for character in data + " " {
      if character.isLetter || character == " " {
        if !text.isEmpty { numbers.append(Double(text) ?? .nan) }
        text = ""
        if character.isLetter {
          flush()
          (command, numbers) = (character, [])
        }
      } else {
        text.append(character)
      }
    }
    flush()
    return points
  }
}
