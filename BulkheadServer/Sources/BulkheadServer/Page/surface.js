// The stress grid in three dimensions, drawn by plotly where the server has it.

import { element } from "./dom.js";

let library = null;

const loaded = (node) => new Promise((resolve, reject) => {
  node.onload = resolve;
  node.onerror = reject;
  document.head.append(node);
});

// The page's policy allows no style but those of its own files, and plotly writes some when it begins. It looks for its
// sheets by these names first: a file of ours takes the place of one, and maps, which are not used, go without theirs.
const sheet = "plotly.js-style-global";
const mapSheet = "9f215cf04c5486422605d13261cb87401f4e7763b6296af81e98efbc0130da53";

async function begin() {
  try {
    document.head.append(element("meta", { id: mapSheet }));
    await loaded(element("link", { id: sheet, rel: "stylesheet", href: "surface.css" }));
    await loaded(element("script", { src: "plotly.min.js" }));
  } catch {
    throw new Error("This server has no plotly: Scripts/set-up-page fetches it. The picture above shows the same numbers.");
  }
  return globalThis.Plotly;
}

const load = () => (library ??= begin());

/** @param map The heat map, whose axes and numbers these are. */
export async function drawSurface(host, map) {
  const plotly = await load();
  const { spots, volatilities, stress } = map;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const heights = volatilities.map((_, row) => spots.map((_, column) => stress.scenarios.pnl[map.index(column, row)]));
  const axis = (title) => ({ title: { text: title }, color: colour("--ink"), gridcolor: colour("--line") });
  await plotly.react(host, [{
    type: "surface", x: spots.map((shift) => shift * 100), y: volatilities.map((shift) => shift * 100), z: heights,
    colorscale: [[0, colour("--loss")], [0.5, colour("--ground")], [1, colour("--gain")]], cmid: 0, showscale: false,
    hovertemplate: "price %{x} %, volatility %{y} points: %{z}<extra></extra>",
  }], {
    paper_bgcolor: "rgba(0,0,0,0)", margin: { l: 0, r: 0, t: 0, b: 0 }, font: { color: colour("--ink") },
    scene: { xaxis: axis("price, %"), yaxis: axis("volatility, points"), zaxis: axis(`P&L, ${stress.currency}`) },
  }, { displayModeBar: false, responsive: true });
}
