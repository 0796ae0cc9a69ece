// The payoff chart: SVG that is made once for a set of strikes and then only moved, so that a dragged strike keeps up with
// the hand. Every height is a number of the server; here they become places on the screen.

import { shape } from "./dom.js";
import { amount, price, tick, ticks } from "./format.js";

const margin = { left: 68, right: 14, top: 16, bottom: 44 };

export class PayoffChart {
  /** @param onStrike Called with the place of a strike in the list and its new text. */
  constructor(host, onStrike) {
    this.host = host;
    this.onStrike = onStrike;
    this.svg = shape("svg", { role: "group", "aria-label": "P&L over the price of the underlying" });
    host.replaceChildren(this.svg);
    this.handles = [];
    this.width = 0;
    new ResizeObserver(([entry]) => {
      const width = Math.max(280, Math.round(entry.contentRect.width));
      if (width !== this.width) { this.width = width; this.draw(); }
    }).observe(host);
  }

  /** What is shown; parts that are left out stay. */
  show(part) {
    Object.assign(this, part);
    this.draw();
  }

  draw() {
    const { analysis, width } = this;
    if (!analysis || !width) return;
    const height = width < 500 ? 300 : 400;
    this.write(this.svg, "viewBox", `0 0 ${width} ${height}`);
    const curve = analysis.curve;
    if (!curve) {
      this.handles = [];
      this.layers = null;
      const words = "No chart: the strategy has several underlyings, and its P&L is no function of one price.";
      this.svg.replaceChildren(shape("text", { x: 20, y: 40 }, words));
      this.write(this.svg, "aria-label", words);
      this.described = null;
      return;
    }
    // A drag keeps the scales it began with: one that moves under the hand cannot be read.
    if (!this.isDragging || !this.heights) {
      this.heights = this.range(curve);
      this.span = [curve.spot[0], curve.spot.at(-1)];
    }
    const [low, high] = this.span;
    const [bottom, top] = this.heights;
    const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
    this.x = (price) => margin.left + ((price - low) / (high - low)) * inner.width;
    this.y = (profit) => margin.top + ((top - profit) / (top - bottom)) * inner.height;
    this.priceAt = (x) => low + ((x - margin.left) / inner.width) * (high - low);
    this.box = { left: margin.left, right: width - margin.right, top: margin.top, bottom: height - margin.bottom };

    if (!this.layers) this.makeLayers();
    const { axes, bands, lines, marks } = this.layers;
    // A layer is drawn again where what it shows is another; a slider moves one line and one point.
    const scale = [width, low, high, bottom, top].join();
    this.fill(axes, [scale, analysis], () => this.axes(low, high, bottom, top));
    this.fill(bands, [scale, this.liquidation], () => this.bands(low, high));
    this.fill(lines, [scale, analysis], () => this.lines(curve));
    this.fill(marks, [scale, analysis], () => [this.floor(), this.marks()]);
    this.placeScenario();
    this.placeHandles();
    if (this.described !== analysis) {
      this.described = analysis;
      this.svg.setAttribute("aria-label", this.words(curve));
    }
  }

  makeLayers() {
    const layer = () => shape("g", { "aria-hidden": "true" });
    this.layers = { axes: layer(), bands: layer(), lines: layer(), scenario: layer(), marks: layer() };
    this.layers.marks.setAttribute("class", "marks");
    this.scenarioLine = shape("path", { class: "scenario" });
    this.pointMark = shape("circle", { class: "point", r: 5.5 });
    this.layers.scenario.append(this.scenarioLine, this.pointMark);
    this.drawn = new Map();
    this.handles = [];
    this.grips = shape("g", {});
    const { axes, bands, lines, scenario, marks } = this.layers;
    // Words lie above the strikes' lines, which would cross them out.
    this.svg.replaceChildren(shape("title", {}, "P&L over price"), bands, axes, lines, this.grips, scenario, marks);
  }

  fill(layer, inputs, make) {
    const before = this.drawn.get(layer);
    if (before && before.every((input, index) => input === inputs[index])) return;
    this.drawn.set(layer, inputs);
    layer.replaceChildren(...make().flat().filter(Boolean));
  }

  write(node, name, value) {
    const text = String(value);
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }

  range(curve) {
    const heights = [...curve.pnl_at_expiry, ...curve.pnl_today, ...(this.scenario?.pnl ?? []), 0].filter(Number.isFinite);
    const floor = this.floorValue();
    if (floor !== null) heights.push(floor);
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    const span = high - low || 1;
    // Below the floor is room for its name, where no line runs.
    return [low - span * (floor === low ? 0.1 : 0.06), high + span * 0.06];
  }

  /** The worst P&L, where it is bounded. */
  floorValue() {
    const loss = this.analysis.maximum_loss;
    return loss.status === "bounded" ? -Number(loss.amount) : null;
  }

  axes(low, high, bottom, top) {
    const { box } = this;
    const unit = this.analysis.currency;
    const across = ticks(low, high, Math.max(3, Math.floor((box.right - box.left) / 110)));
    const up = ticks(bottom, top, 6);
    return [
      ...across.flatMap((value) => [
        shape("line", { class: "grid", x1: this.x(value), x2: this.x(value), y1: box.top, y2: box.bottom }),
        shape("text", { class: "soft", x: this.x(value), y: box.bottom + 16, "text-anchor": "middle" }, tick(value)),
      ]),
      ...up.flatMap((value) => [
        shape("line", { class: value === 0 ? "zero" : "grid", x1: box.left, x2: box.right, y1: this.y(value), y2: this.y(value) }),
        shape("text", { class: "soft", x: box.left - 6, y: this.y(value) + 4, "text-anchor": "end" }, tick(value)),
      ]),
      shape("text", { class: "soft", x: (box.left + box.right) / 2, y: box.bottom + 36, "text-anchor": "middle" },
        `price of ${this.analysis.market.underlyings[0].underlying} in ${this.analysis.market.quote_currency}`),
      shape("text", { class: "soft", x: 4, y: 11 }, `P&L, ${unit}`),
    ];
  }

  /** Where the box would be liquidated today. */
  bands(low, high) {
    const bands = this.liquidation?.days?.[0]?.bands ?? [];
    return bands.map((band) => {
      const from = Math.max(low, band.lower?.price ?? low);
      const to = Math.min(high, band.upper?.price ?? high);
      if (from >= to) return null;
      return shape("rect", { class: "band", "data-band": "", x: this.x(from), width: this.x(to) - this.x(from), y: this.box.top, height: this.box.bottom - this.box.top });
    }).filter(Boolean);
  }

  floor() {
    const value = this.floorValue();
    if (value === null) return [];
    const y = this.y(value);
    const { maximum_loss: loss, margin, currency } = this.analysis;
    const text = `maximum loss ${amount(loss.amount, currency, { rule: "up" })}, margin ${margin.margin ?? "none"}`;
    return [
      shape("line", { class: "floor", x1: this.box.left, x2: this.box.right, y1: y, y2: y }),
      shape("text", { class: "floor-text", x: this.box.right - 4, y: y + 15, "text-anchor": "end" }, text),
    ];
  }

  path(prices, profits) {
    return prices.map((price, index) =>
      Number.isFinite(profits[index]) ? `${index ? "L" : "M"}${this.x(price).toFixed(2)},${this.y(profits[index]).toFixed(2)}` : "").join("");
  }

  lines(curve) {
    const { box } = this;
    const inside = shape("rect", { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top });
    this.layers.scenario.setAttribute("clip-path", "url(#inside)");
    return [
      shape("defs", {}, shape("clipPath", { id: "inside" }, inside)),
      shape("g", { "clip-path": "url(#inside)" },
        shape("path", { class: "expiry", d: this.path(curve.spot, curve.pnl_at_expiry) }),
        shape("path", { class: "today", d: this.path(curve.spot, curve.pnl_today) })),
    ];
  }

  placeScenario() {
    const { scenario, point } = this;
    this.write(this.scenarioLine, "d", scenario ? this.path(scenario.spot, scenario.pnl) : "");
    this.write(this.scenarioLine, "visibility", scenario ? "visible" : "hidden");
    if (!point) return;
    this.write(this.pointMark, "cx", this.x(point.spot).toFixed(2));
    this.write(this.pointMark, "cy", this.y(point.pnl).toFixed(2));
  }

  marks() {
    const spot = Number(this.analysis.market.underlyings[0].spot);
    const marks = [
      shape("line", { class: "spot", x1: this.x(spot), x2: this.x(spot), y1: this.box.top, y2: this.box.bottom }),
      shape("text", { class: "soft", x: this.x(spot) + 4, y: this.box.top - 5 }, `spot ${price(spot, spot)}`),
    ];
    const ends = this.analysis.break_evens.flatMap((even) => [...new Set([even.low, even.high])]).filter((end) => end !== null).map(fraction)
      .filter((price) => price >= this.priceAt(this.box.left) && price <= this.priceAt(this.box.right));
    ends.forEach((end, index) => {
      // Two stand back to back, so that their words never meet.
      const [anchor, shift] = ends.length !== 2 ? ["middle", 0] : index ? ["start", 3] : ["end", -3];
      marks.push(shape("circle", { class: "even", cx: this.x(end), cy: this.y(0), r: 4 }),
        shape("text", { x: this.x(end) + shift, y: this.y(0) - 8, "text-anchor": anchor }, price(end, spot)));
    });
    return marks;
  }

  // Strikes

  placeHandles() {
    const list = this.strikes ?? [];
    if (this.handles.length !== list.length) {
      this.handles = list.map((_, index) => this.makeHandle(index));
      this.grips.replaceChildren(...this.handles.map((handle) => handle.group));
    }
    this.handles.forEach((handle, index) => this.place(handle, list[index]));
  }

  place(handle, strike) {
    const x = Math.min(this.box.right, Math.max(this.box.left, this.x(Number(strike))));
    const { group, line, grip, area } = handle;
    const { top, bottom } = this.box;
    for (const [node, name, value] of [
      [group, "transform", `translate(${x.toFixed(2)},0)`], [line, "y1", top], [line, "y2", bottom],
      [grip, "d", `M0,${bottom - 9}l7,9l-7,9l-7,-9z`], [area, "y", top], [area, "height", bottom - top + 22],
      [group, "aria-valuenow", strike], [group, "aria-valuemin", this.listed?.[0] ?? strike],
      [group, "aria-valuemax", this.listed?.at(-1) ?? strike], [group, "aria-valuetext", `strike ${strike}`],
    ]) this.write(node, name, value);
  }

  makeHandle(index) {
    const line = shape("line", {});
    const grip = shape("path", { class: "grip" });
    const area = shape("rect", { class: "area", x: -14, width: 28 });
    const group = shape("g", { class: "handle", role: "slider", tabindex: "0", "aria-label": `Strike ${index + 1}`, "data-strike": index }, area, line, grip);
    const handle = { group, line, grip, area };
    group.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      group.focus();
      group.setPointerCapture(event.pointerId);
      this.isDragging = true;
    });
    group.addEventListener("pointermove", (event) => {
      if (!group.hasPointerCapture(event.pointerId)) return;
      const rect = this.svg.getBoundingClientRect();
      this.moveTo(index, this.nearest(index, this.priceAt(((event.clientX - rect.left) / rect.width) * this.width)));
    });
    const end = () => {
      if (!this.isDragging) return;
      this.isDragging = false;
      this.draw();
    };
    group.addEventListener("pointerup", end);
    group.addEventListener("pointercancel", end);
    group.addEventListener("lostpointercapture", end);
    group.addEventListener("keydown", (event) => {
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -5, PageUp: 5, Home: -Infinity, End: Infinity };
      const step = steps[event.key];
      if (step === undefined) return;
      event.preventDefault();
      const allowed = this.allowed(index);
      const place = allowed.indexOf(this.strikes[index]);
      this.moveTo(index, allowed[Math.max(0, Math.min(allowed.length - 1, (place < 0 ? 0 : place) + step))]);
    });
    return handle;
  }

  /** The listed strikes between the neighbours. */
  allowed(index) {
    const below = index > 0 ? Number(this.strikes[index - 1]) : -Infinity;
    const above = index + 1 < this.strikes.length ? Number(this.strikes[index + 1]) : Infinity;
    return (this.listed ?? []).filter((strike) => Number(strike) > below && Number(strike) < above);
  }

  nearest(index, price) {
    return this.allowed(index).reduce((best, strike) =>
      best === null || Math.abs(Number(strike) - price) < Math.abs(Number(best) - price) ? strike : best, null);
  }

  moveTo(index, strike) {
    if (!strike || strike === this.strikes[index]) return;
    this.strikes = this.strikes.with ? this.strikes.with(index, strike) : this.strikes.map((old, place) => (place === index ? strike : old));
    this.place(this.handles[index], strike);
    this.onStrike(index, strike);
  }

  // Words

  words(curve) {
    const profits = curve.pnl_at_expiry.filter(Number.isFinite);
    const { break_evens: evens, currency } = this.analysis;
    const spot = spotOf(this.analysis);
    const profit = (value) => amount(value, currency, { sign: true });
    const when = curve.expiry_line === "payoff" ? "at expiry" : "at the first expiry";
    return `P&L over price from ${price(curve.spot[0], spot)} to ${price(curve.spot.at(-1), spot)}; ${when} from `
      + `${profit(Math.min(...profits))} to ${profit(Math.max(...profits))} ${currency}; `
      + `break-evens ${evens.map((even) => price(even.low ?? even.high, spot)).join(", ") || "none"}. Strikes are sliders.`;
  }
}

/** A place on the screen for an exact text, `a/b` or a decimal. */
export const fraction = (text) => {
  const [above, below] = text.split("/");
  return below ? Number(above) / Number(below) : Number(above);
};

/** What the lines are; a solid one of several expiries is no payoff. */
export const legend = (analysis) =>
  `Solid: ${!analysis.curve || analysis.curve.expiry_line === "payoff" ? "at expiry" : "at the first expiry, later legs by the model"}. `
  + "Dashed: today. Dotted: at the sliders. Dash-dot: the maximum loss, which is the posted margin. "
  + "Shaded: prices at which the box would be liquidated now. Diamonds: strikes; drag them or use the arrow keys.";

/**
 * The prices of the chart's line at the sliders, and the sliders' own point behind them. The prices reach a little beyond the
 * chart, so that a line asked for together with a strike's new figures still spans the axis that those bring.
 */
export function lineQuestion(analysis, sliders) {
  const { curve } = analysis;
  const spot = spotOf(analysis);
  const percentOf = (price) => ((price / spot - 1) * 100).toFixed(4);
  const [low, high] = curve ? [curve.spot[0], curve.spot.at(-1)] : [];
  const ends = [Math.max(low * 0.8, low - (high - low) * 0.1), high + (high - low) * 0.1];
  const axis = curve ? Array.from({ length: 97 }, (_, index) => percentOf(ends[0] + ((ends[1] - ends[0]) * index) / 96)) : [];
  return { ends, spot, question: { spot_shift: [...axis, sliders.spot].join(","), vol_shift: sliders.vol, days: sliders.days } };
}

export const spotOf = (answer) => Number(answer.market.underlyings[0]?.spot);

/** True where a line asked for over the axis before is one over the axis of this answer, too. */
export const spans = ({ ends, spot }, answer) =>
  spot === spotOf(answer) && (!answer.curve || (ends[0] <= answer.curve.spot[0] && ends[1] >= answer.curve.spot.at(-1)));
