import Yams

/// A value of a file or of a request with the place where it begins; scalars keep the text as it was written.
struct TextNode {
  enum Content {
    /// Plain is what stands without quotes.
    case scalar(String, isPlain: Bool)
    case list([TextNode])
    case mapping([(key: TextNode, value: TextNode)])
  }

  let content: Content
  /// From 1.
  let line: Int
  let column: Int

  init(_ content: Content, _ place: (line: Int, column: Int)) {
    self.content = content
    (line, column) = place
  }

  /// A scalar's text; nil for lists and mappings.
  var text: String? { if case .scalar(let text, _) = content { text } else { nil } }
}

extension TextNode {
  /// What YAML's parser read; its depth has been checked.
  init(_ node: Node) {
    let content: Content
    switch node {
    case .scalar(let scalar):
      content = .scalar(scalar.string, isPlain: scalar.style == .plain || scalar.style == .any)
    case .sequence(let items): content = .list(items.map { TextNode($0) })
    case .mapping(let members): content = .mapping(members.map { (TextNode($0.key), TextNode($0.value)) })
    // Aliases are refused before a tree is made.
    case .alias: content = .scalar("", isPlain: true)
    }
    self.init(content, (node.mark?.line ?? 1, node.mark?.column ?? 1))
  }
}
