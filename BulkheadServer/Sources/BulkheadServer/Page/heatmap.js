// The stress grid as a picture: P&L over moves of price and volatility. Blue is a gain and orange a loss, which people who do
// not tell red from green see apart, and losses are hatched, so that grey tells them too; the cell under the pointer or the arrow keys is read out in words.

import { element } from "./dom.js";
import { figure, percent } from "./format.js";

export class HeatMap {
  constructor(host) {
    this.canvas = element("canvas", { tabindex: "0", role: "img" });
    this.readout = element("p", { class: "note", "aria-live": "polite", id: "heatmap-cell" });
    this.cell = null;
    host.replaceChildren(this.canvas, this.readout);
    new ResizeObserver(() => this.draw()).observe(host);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
  }

  /** @param stress The server's answer for a grid, its spots fastest. */
  show(stress) {
    const { scenarios } = stress;
    this.stress = stress;
    this.spots = [...new Set(scenarios.spot_shift.slice(1))];
    this.volatilities = [...new Set(scenarios.vol_shift.slice(1))];
    this.draw();
  }

  /** Where a cell stands in the columns: scenario 0 is the unshocked point. */
  index(column, row) { return 1 + row * this.spots.length + column; }

  draw() {
    if (!this.stress) return;
    const { canvas, spots, volatilities } = this;
    const { pnl, loss_share_of_margin: shares } = this.stress.scenarios;
    const ratio = devicePixelRatio || 1;
    const width = canvas.clientWidth || 600;
    const height = Math.min(360, Math.max(220, width * 0.42));
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const paint = canvas.getContext("2d");
    paint.scale(ratio, ratio);
    const style = getComputedStyle(document.documentElement);
    const colours = new Map();
    const colour = (name) => colours.get(name) ?? colours.set(name, style.getPropertyValue(name).trim()).get(name);
    const edge = { left: 66, right: 8, top: 8, bottom: 40 };
    const cell = { width: (width - edge.left - edge.right) / spots.length, height: (height - edge.top - edge.bottom) / volatilities.length };
    this.edge = edge;
    this.size = cell;
    // Whole points of the screen, so that no seam shows between cells.
    const snap = (value) => Math.round(value * ratio) / ratio;
    const place = (column, row) => [snap(edge.left + column * cell.width), snap(height - edge.bottom - (row + 1) * cell.height)];
    const values = pnl.slice(1).filter(Number.isFinite);
    const most = Math.max(...values.map(Math.abs), 1e-300);
    const hatched = new Path2D();
    volatilities.forEach((_, row) => spots.forEach((_, column) => {
      const value = pnl[this.index(column, row)];
      if (!Number.isFinite(value)) return;
      const [x, y] = place(column, row);
      const [right, above] = place(column + 1, row - 1);
      paint.globalAlpha = Math.min(1, Math.sqrt(Math.abs(value) / most));
      paint.fillStyle = colour(value >= 0 ? "--gain" : "--loss");
      paint.fillRect(x, y, right - x, above - y);
      if (value < 0) hatched.rect(x, y, right - x, above - y);
    }));
    paint.globalAlpha = 0.35;
    paint.fillStyle = this.hatch(paint, colour("--ink"));
    paint.fill(hatched);
    paint.globalAlpha = 1;
    // The lines between cells on either side of a threshold: no P&L, and a loss beyond the margin.
    const border = (isBeyond, stroke, thickness, dash) => {
      paint.strokeStyle = stroke;
      paint.lineWidth = thickness;
      paint.setLineDash(dash);
      paint.beginPath();
      volatilities.forEach((_, row) => spots.forEach((_, column) => {
        const [x, y] = place(column, row);
        const own = isBeyond(this.index(column, row));
        if (column + 1 < spots.length && own !== isBeyond(this.index(column + 1, row))) {
          paint.moveTo(x + cell.width, y);
          paint.lineTo(x + cell.width, y + cell.height);
        }
        if (row + 1 < volatilities.length && own !== isBeyond(this.index(column, row + 1))) {
          paint.moveTo(x, y);
          paint.lineTo(x + cell.width, y);
        }
      }));
      paint.stroke();
      paint.setLineDash([]);
    };
    border((index) => pnl[index] < 0, colour("--ink"), 1.2, []);
    border((index) => shares[index] > 1, colour("--floor"), 3, [7, 3]);
    paint.fillStyle = colour("--soft");
    paint.font = "12px system-ui, sans-serif";
    paint.textAlign = "center";
    const every = Math.ceil(spots.length / Math.max(3, Math.floor(width / 75)));
    spots.forEach((shift, column) => {
      if (column % every === 0) paint.fillText(`${(shift * 100).toFixed(0)} %`, place(column, 0)[0] + cell.width / 2, height - edge.bottom + 15);
    });
    paint.fillText("move of the price", edge.left + (width - edge.left) / 2, height - 6);
    paint.textAlign = "right";
    const rows = Math.ceil(volatilities.length / 7);
    volatilities.forEach((shift, row) => {
      if (row % rows === 0) paint.fillText(`${(shift * 100).toFixed(0)} pts`, edge.left - 6, place(0, row)[1] + cell.height / 2 + 4);
    });
    paint.save();
    paint.translate(12, edge.top + (height - edge.top - edge.bottom) / 2);
    paint.rotate(-Math.PI / 2);
    paint.textAlign = "center";
    paint.fillText("volatility", 0, 0);
    paint.restore();
    if (this.cell) {
      const [x, y] = place(...this.cell);
      paint.strokeStyle = colour("--ink");
      paint.lineWidth = 2.5;
      paint.strokeRect(x, y, cell.width, cell.height);
    }
    const { summary, currency } = this.stress;
    canvas.setAttribute("aria-label",
      `P&L over ${spots.length} moves of price and ${volatilities.length} of volatility: worst ${figure(summary.worst_pnl, { sign: true })}, `
      + `best ${figure(summary.best_pnl, { sign: true })} ${currency}. Arrow keys read single cells.`);
  }

  /** Lines from the lower left to the upper right, made once for a colour. */
  hatch(paint, colour) {
    if (this.hatching?.colour === colour) return this.hatching.pattern;
    const tile = element("canvas", { width: 6, height: 6 });
    const lines = tile.getContext("2d");
    lines.strokeStyle = colour;
    lines.beginPath();
    for (const start of [-6, 0, 6]) {
      lines.moveTo(start, 6);
      lines.lineTo(start + 6, 0);
    }
    lines.stroke();
    this.hatching = { colour, pattern: paint.createPattern(tile, "repeat") };
    return this.hatching.pattern;
  }

  point(event) {
    if (!this.size) return;
    const rect = this.canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - rect.left - this.edge.left) / this.size.width);
    const row = Math.floor((rect.height - this.edge.bottom - (event.clientY - rect.top)) / this.size.height);
    if (column >= 0 && column < this.spots.length && row >= 0 && row < this.volatilities.length) this.choose(column, row);
  }

  key(event) {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (!step || !this.spots) return;
    event.preventDefault();
    const [column, row] = this.cell ?? [Math.floor(this.spots.length / 2), Math.floor(this.volatilities.length / 2)];
    this.choose(Math.max(0, Math.min(this.spots.length - 1, column + step[0])), Math.max(0, Math.min(this.volatilities.length - 1, row + step[1])));
  }

  choose(column, row) {
    this.cell = [column, row];
    const index = this.index(column, row);
    const { scenarios, currency } = this.stress;
    const share = scenarios.loss_share_of_margin[index];
    this.readout.textContent = `Price ${(scenarios.spot_shift[index] * 100).toFixed(1)} % at ${figure(scenarios.spot[index])}, volatility `
      + `${(scenarios.vol_shift[index] * 100).toFixed(1)} points: P&L ${figure(scenarios.pnl[index], { sign: true })} ${currency}`
      + (share === null ? "" : `, ${percent(share)} of the margin lost`);
    this.readout.dataset.value = scenarios.pnl[index];
    this.draw();
  }
}

/** What the picture shows, in a sentence. */
export function summaryWords(stress) {
  const { summary, currency, margin } = stress;
  const parts = [`Worst ${figure(summary.worst_pnl, { sign: true })} ${currency}, best ${figure(summary.best_pnl, { sign: true })} ${currency}.`];
  if (margin === null) parts.push("There is no margin: the loss has no bound.");
  else if (summary.share_beyond_100 > 0) parts.push(`${percent(summary.share_beyond_100)} of the cells lose more than the margin: beyond the thick broken line.`);
  else parts.push("No cell loses more than the margin, so no line of a breach is drawn.");
  parts.push("Gains are blue, losses orange and hatched; the thin line is where they meet.");
  return parts.join(" ");
}
