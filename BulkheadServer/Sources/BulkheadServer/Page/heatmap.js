// The stress grid as a picture: P&L over moves of price and volatility. Blue is a gain and orange a loss, which people who do
// not tell red from green see apart, and losses are hatched, so that grey tells them too; a scale says what the colours are
// in money, and the cell under the pointer or the arrow keys is read out in words.

import { element, shape } from "./dom.js";
import { amount, percent, price, tick, ticks } from "./format.js";

/** How strong the colour of a share of the greatest gain or loss is: small ones are seen, too. */
const strength = (share) => Math.min(1, Math.sqrt(Math.abs(share)));

export class HeatMap {
  constructor(host) {
    this.canvas = element("canvas", { tabindex: "0", role: "img" });
    this.scale = shape("svg", { class: "heat-scale", role: "img" });
    this.readout = element("p", { class: "note", "aria-live": "polite", id: "heatmap-cell" });
    this.cell = null;
    host.replaceChildren(this.canvas, this.scale, this.readout);
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
    const values = scenarios.pnl.slice(1).filter(Number.isFinite);
    this.ends = [Math.min(0, ...values), Math.max(0, ...values)];
    this.most = Math.max(-this.ends[0], this.ends[1], 1e-300);
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
    const edge = { left: 76, right: 8, top: 8, bottom: 44 };
    const cell = { width: (width - edge.left - edge.right) / spots.length, height: (height - edge.top - edge.bottom) / volatilities.length };
    this.edge = edge;
    this.size = cell;
    // Whole points of the screen, so that no seam shows between cells.
    const snap = (value) => Math.round(value * ratio) / ratio;
    const place = (column, row) => [snap(edge.left + column * cell.width), snap(height - edge.bottom - (row + 1) * cell.height)];
    const hatched = new Path2D();
    volatilities.forEach((_, row) => spots.forEach((_, column) => {
      const value = pnl[this.index(column, row)];
      if (!Number.isFinite(value)) return;
      const [x, y] = place(column, row);
      const [right, above] = place(column + 1, row - 1);
      paint.globalAlpha = strength(value / this.most);
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
    this.axes(paint, width, height, colour);
    if (this.cell) {
      const [x, y] = place(...this.cell);
      paint.strokeStyle = colour("--ink");
      paint.lineWidth = 2.5;
      paint.strokeRect(x, y, cell.width, cell.height);
    }
    this.drawScale(width);
    const { summary, currency } = this.stress;
    const profit = (value) => amount(value, currency, { sign: true });
    canvas.setAttribute("aria-label",
      `P&L over ${spots.length} moves of price and ${volatilities.length} of volatility: worst ${profit(summary.worst_pnl)}, `
      + `best ${profit(summary.best_pnl)} ${currency}. Arrow keys read single cells.`);
  }

  /** Round moves along both axes, no move among them, and a cross where nothing has moved. */
  axes(paint, width, height, colour) {
    const { edge, size, spots, volatilities } = this;
    // Nodes stand in the middle of their cells.
    const along = (nodes, value) => {
      const last = nodes.length - 1;
      const step = nodes.findIndex((node, index) => index === last || nodes[index + 1] > value);
      return last === 0 ? 0.5 : 0.5 + step + (step === last ? 0 : (value - nodes[step]) / (nodes[step + 1] - nodes[step]));
    };
    const x = (shift) => edge.left + along(spots, shift / 100) * size.width;
    const y = (shift) => height - edge.bottom - along(volatilities, shift / 100) * size.height;
    const marks = (nodes, count) => ticks(nodes[0] * 100, nodes.at(-1) * 100, count).map((value) => Number(value.toFixed(6)));
    const text = (shift, unit) => `${shift > 0 ? "+" : ""}${tick(shift)} ${unit}`;
    paint.fillStyle = colour("--soft");
    paint.strokeStyle = colour("--soft");
    paint.lineWidth = 1;
    paint.font = "12px system-ui, sans-serif";
    const [acrossMarks, upMarks] = [marks(spots, Math.max(3, Math.floor(width / 90))), marks(volatilities, 6)];
    Object.assign(this.canvas.dataset, { acrossMarks: acrossMarks.join(","), upMarks: upMarks.join(",") });
    paint.beginPath();
    for (const shift of acrossMarks) {
      paint.moveTo(x(shift), height - edge.bottom);
      paint.lineTo(x(shift), height - edge.bottom + 4);
    }
    for (const shift of upMarks) {
      paint.moveTo(edge.left - 4, y(shift));
      paint.lineTo(edge.left, y(shift));
    }
    paint.stroke();
    paint.textAlign = "center";
    for (const shift of acrossMarks) paint.fillText(text(shift, "%"), Math.min(x(shift), width - 22), height - edge.bottom + 16);
    paint.fillText("move of the price", edge.left + (width - edge.left) / 2, height - 8);
    paint.textAlign = "right";
    for (const shift of upMarks) paint.fillText(text(shift, "pts"), edge.left - 7, y(shift) + 4);
    paint.save();
    paint.translate(12, edge.top + (height - edge.top - edge.bottom) / 2);
    paint.rotate(-Math.PI / 2);
    paint.textAlign = "center";
    paint.fillText("volatility", 0, 0);
    paint.restore();
    if (!acrossMarks.includes(0) || !upMarks.includes(0)) return;
    const cross = (stroke, thickness) => {
      paint.strokeStyle = stroke;
      paint.lineWidth = thickness;
      paint.beginPath();
      paint.moveTo(x(0) - 6, y(0));
      paint.lineTo(x(0) + 6, y(0));
      paint.moveTo(x(0), y(0) - 6);
      paint.lineTo(x(0), y(0) + 6);
      paint.stroke();
    };
    cross(colour("--ground"), 4);
    cross(colour("--ink"), 1.8);
  }

  /** What the colours are in money, from the worst cell to the best. */
  drawScale(width) {
    const { scale, ends: [low, high], most } = this;
    const { currency } = this.stress;
    const [left, right] = [76, width - 30];
    const x = (value) => left + ((value - low) / (high - low || 1)) * (right - left);
    const parts = Math.max(2, Math.round((right - left) / 8));
    const text = (value) => `${value > 0 ? "+" : ""}${tick(value)}`;
    const cells = [];
    // Cut at zero, so that no part is of two colours.
    for (const [from, to, isLoss] of [[low, 0, true], [0, high, false]]) {
      const count = Math.max(1, Math.round((parts * (to - from)) / (high - low || 1)));
      for (let index = 0; to > from && index < count; index += 1) {
        const [start, end] = [from + ((to - from) * index) / count, from + ((to - from) * (index + 1)) / count];
        cells.push(shape("rect", {
          class: isLoss ? "loss" : "gain", x: x(start).toFixed(2), y: 2, width: (x(end) - x(start) + 0.3).toFixed(2), height: 13,
          "fill-opacity": strength((start + end) / 2 / most).toFixed(3),
        }));
      }
    }
    const hatching = shape("pattern", { id: "scale-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse" },
      shape("path", { class: "hatch", d: "M0,6L6,0M-1,1L1,-1M5,7L7,5" }));
    const marks = ticks(low, high, Math.max(4, Math.floor(width / 110)));
    scale.setAttribute("viewBox", `0 0 ${width} 34`);
    const round = (value) => amount(value, currency, { sign: true });
    scale.setAttribute("aria-label", `Scale of the colours: orange and hatched from ${round(low)}, blue to ${round(high)} ${currency}, stronger the further from 0.`);
    scale.replaceChildren(shape("defs", {}, hatching), ...cells,
      low < 0 ? shape("rect", { class: "hatched", x: x(low), y: 2, width: x(0) - x(low), height: 13 }) : "",
      shape("rect", { class: "frame", x: left, y: 2, width: right - left, height: 13 }),
      ...marks.flatMap((value) => [
        shape("line", { class: "mark", x1: x(value), x2: x(value), y1: 15, y2: 19 }),
        shape("text", { class: "soft", x: x(value), y: 31, "text-anchor": "middle" }, text(value)),
      ]),
      shape("text", { class: "soft", x: 70, y: 13, "text-anchor": "end" }, `P&L, ${currency}`));
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
    const { scenarios, currency, spot } = this.stress;
    const share = scenarios.loss_share_of_margin[index];
    const style = { sign: true };
    this.readout.textContent = `Price ${percent(scenarios.spot_shift[index], 1, style)} at ${price(scenarios.spot[index], spot)}, volatility `
      + `${percent(scenarios.vol_shift[index], 1, style).replace(" %", "")} points: P&L ${amount(scenarios.pnl[index], currency, style)} ${currency}`
      + (share === null ? "" : `, ${percent(share)} of the margin lost`);
    this.readout.dataset.value = scenarios.pnl[index];
    this.draw();
  }
}

/** What the picture shows, in a sentence. */
export function summaryWords(stress) {
  const { summary, currency, margin } = stress;
  const profit = (value) => amount(value, currency, { sign: true });
  const parts = [`Worst ${profit(summary.worst_pnl)} ${currency}, best ${profit(summary.best_pnl)} ${currency}.`];
  if (margin === null) parts.push("There is no margin: the loss has no bound.");
  else if (summary.share_beyond_100 > 0) parts.push(`${percent(summary.share_beyond_100)} of the cells lose more than the margin: beyond the thick broken line.`);
  else parts.push("No cell loses more than the margin, so no line of a breach is drawn.");
  parts.push("Gains are blue, losses orange and hatched, stronger the larger; the thin line is where they meet, the cross where nothing has moved.");
  return parts.join(" ");
}
