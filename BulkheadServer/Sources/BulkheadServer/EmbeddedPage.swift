extension PageFiles {
  /// The files that the package's description carries inside the program, by the names under which they are asked for.
  static let embedded: [(name: String, bytes: [UInt8])] = [
    ("index.html", PackageResources.index_html),
    ("style.css", PackageResources.style_css),
    ("main.js", PackageResources.main_js),
    ("state.js", PackageResources.state_js),
    ("api.js", PackageResources.api_js),
    ("dom.js", PackageResources.dom_js),
    ("format.js", PackageResources.format_js),
    ("chart.js", PackageResources.chart_js),
    ("heatmap.js", PackageResources.heatmap_js),
    ("fields.js", PackageResources.fields_js),
    ("figures.js", PackageResources.figures_js),
    ("words.js", PackageResources.words_js),
    ("rules.js", PackageResources.rules_js),
    ("liquidation.js", PackageResources.liquidation_js),
    ("surface.js", PackageResources.surface_js),
    ("surface.css", PackageResources.surface_css),
    ("adjust.js", PackageResources.adjust_js),
    ("download.js", PackageResources.download_js),
  ]
}
