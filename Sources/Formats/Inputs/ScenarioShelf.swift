public import Scenarios

/// Lists of scenarios that can be named, and the scenarios in them.
///
/// A scenario `crash:2020-03/2` is a step of `crash:2020-03`: a list by its own name is taken without steps, a scenario by
/// its name with all of its steps.
public struct ScenarioShelf: Sendable {
  /// Scenarios that a name stands for.
  public struct Selection: Sendable {
    public let scenarios: [Scenario]
    public let classes: [ScenarioAssignment.UnderlyingClass: String]
    public let warnings: [String]

    public init(
      scenarios: [Scenario], classes: [ScenarioAssignment.UnderlyingClass: String] = [:], warnings: [String] = []
    ) {
      self.scenarios = scenarios
      self.classes = classes
      self.warnings = warnings
    }
  }

  private let lists: [(name: String, file: ScenarioFile)]

  /// Reads every `.yaml` and `.csv` file of `Scenarios` below the folders; of one name the first found holds.
  ///
  /// - Throws: ``FormatError`` from inside a file.
  public init(dataFolders: [String]) throws(FormatError) {
    var lists: [(name: String, file: ScenarioFile)] = []
    for data in ["Data"] + dataFolders {
      let folder = (data.hasSuffix("/") ? data : data + "/") + "Scenarios"
      for name in try RulebookShelf.names(in: folder, endings: [".yaml", ".csv"]) {
        let stem = WholeFile.stem(of: name)
        guard !lists.contains(where: { $0.name == stem }) else { continue }
        lists.append((stem, try ScenarioFile("\(folder)/\(name)")))
      }
    }
    self.lists = lists
  }

  /// What can be named: the lists, and the scenarios that are no steps.
  public var names: [String] { lists.flatMap { [$0.name] + $0.file.scenarios.map(\.name).filter { !isStep($0) } } }

  private func isStep(_ name: String) -> Bool { name.contains("/") }

  /// The scenarios of a list, or one scenario with its steps; nil for a name that is neither.
  public func selection(named name: String) -> Selection? {
    for (list, file) in lists {
      let chosen =
        list == name
        ? file.scenarios.filter { !isStep($0.name) }
        : file.scenarios.filter { $0.name == name || $0.name.hasPrefix(name + "/") }
      guard !chosen.isEmpty else { continue }
      return Selection(scenarios: chosen, classes: file.classes, warnings: file.warnings)
    }
    return nil
  }
}
