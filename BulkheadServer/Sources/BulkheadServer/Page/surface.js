// The stress grid in three dimensions, drawn by plotly where the server has it.

let library = null;

function load() {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "plotly.min.js";
    script.onload = () => resolve(globalThis.Plotly);
    script.onerror = () => reject(new Error("This server has no plotly: Scripts/set-up-page fetches it. The picture above shows the same numbers."));
    document.head.append(script);
  });
  return library;
}

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
  }, { displaylogo: false, responsive: true, modeBarButtonsToRemove: ["sendDataToCloud"] });
}
