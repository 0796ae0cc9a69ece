// The list of figures beside the chart, each with the key of the answer it shows. The rows are made once; afterwards only
// texts that differ are written, since every change of the list is laid out again.

import { fraction } from "./chart.js";
import { element, setText } from "./dom.js";
import { figure, missing, percent } from "./format.js";

const rows = [
  { group: "cost", text: "What it can cost" },
  ["max_loss", "Maximum loss", "main"], ["margin", "Posted margin", "main"], ["requirement", "Locked to the end"],
  ["max_profit", "Maximum profit"], ["break_evens", "Break-evens"], ["probability_of_profit", "Probability of profit"],
  ["return_on_margin", "Return on margin"], ["entry_cost", "Entry cost"], ["fees", "Fees"],
  { group: "liquidation", text: "Liquidation of the box" },
  ["safe_prices", "Safe prices"], ["likelihood_of_liquidation", "Probability to expiry"],
  { group: "point", text: "Now" },
  ["value", "Value"], ["pnl", "P&L"], ["delta", "Delta"], ["gamma", "Gamma"], ["vega_per_vol_point", "Vega, a point"],
  ["theta_per_day", "Theta, a day"], ["rho_per_point", "Rho, a point"], ["status", "Note"],
];

export class FigureList {
  constructor(list, name) {
    this.name = name;
    this.cells = new Map();
    list.replaceChildren(...rows.flatMap((row) => {
      if (row.group) {
        const group = element("dt", { class: "group" }, row.text);
        this.cells.set(row.group, { term: group });
        return [group];
      }
      const [key, term, kind] = row;
      const cell = { term: element("dt", {}, term), text: element("dd", { "data-figure": key, class: kind }, missing) };
      this.cells.set(key, cell);
      return [cell.term, cell.text];
    }));
  }

  /** @param value The number as it came, for whoever reads the page by program. */
  write(key, text, value) {
    const { text: cell } = this.cells.get(key);
    setText(cell, text ?? missing);
    if (value !== undefined) cell.dataset.value = value ?? "";
  }

  hide(key, isHidden) {
    const { term, text } = this.cells.get(key);
    if (term.hidden === isHidden) return;
    term.hidden = isHidden;
    text.hidden = isHidden;
  }

  showAnalysis(analysis) {
    const { margin, maximum_loss: loss, maximum_profit: profit, currency, outlook } = analysis;
    setText(this.name, `${analysis.structure ?? "No name in the catalogue"}, ${analysis.settlement} settlement`);
    this.name.dataset.structure = analysis.structure ?? "";
    const amount = (text) => (text === null || text === undefined ? missing : `${text} ${currency}`);
    const evens = analysis.break_evens.map((even) => (even.low === even.high ? even.low : `${even.low ?? "…"} to ${even.high ?? "…"}`));
    this.write("max_loss", loss.status === "bounded" ? amount(loss.amount) : loss.status.replaceAll("_", " "));
    this.write("margin", amount(margin.margin));
    this.write("requirement", amount(margin.requirement));
    this.write("max_profit", profit.status === "limited" ? amount(profit.amount) : profit.status);
    this.write("break_evens", evens.map(shortened).join(", ") || (analysis.curve?.expiry_line === "payoff" ? "none" : "depend on volatility"), evens.join(","));
    this.write("probability_of_profit", percent(outlook?.probability_of_profit), outlook?.probability_of_profit ?? null);
    this.write("return_on_margin", percent(margin.return_on_margin));
    setText(this.cells.get("entry_cost").term, analysis.value.entry_cost.startsWith("-") ? "Entry, a credit" : "Entry cost");
    this.write("entry_cost", amount(analysis.value.entry_cost));
    this.write("fees", amount(analysis.value.fees));
  }

  /** @param point Now, or where the sliders stand. */
  showPoint(point, currency, title) {
    setText(this.cells.get("point").term, title);
    this.write("value", `${figure(point.value)} ${currency}`, point.value);
    this.write("pnl", `${figure(point.pnl, { sign: true })} ${currency}`, point.pnl);
    for (const key of ["delta", "gamma", "vega_per_vol_point", "theta_per_day"]) this.write(key, figure(point[key]), point[key]);
    this.hide("rho_per_point", point.rho_per_point === undefined);
    if (point.rho_per_point !== undefined) this.write("rho_per_point", figure(point.rho_per_point), point.rho_per_point);
    this.hide("status", point.status === "ok");
    this.write("status", point.status.replaceAll("_", " ").replaceAll(";", ", "));
  }

  /** @param corridor The prices at which the box stays open, in words; null where there is no box. */
  showCorridor(corridor) {
    this.write("safe_prices", corridor);
    this.setLate("safe_prices", false);
  }

  showProbability(share) {
    this.write("likelihood_of_liquidation", percent(share, 2), share ?? null);
    this.setLate("likelihood_of_liquidation", false);
  }

  /** What is said of the box is that of an older choice until it has been asked again. */
  expectBox() {
    for (const key of ["safe_prices", "likelihood_of_liquidation"]) this.setLate(key, true);
  }

  setLate(key, isLate) { this.cells.get(key).text.classList.toggle("stale", isLate); }
}

/** Long exact decimals keep what can be read; all digits are in the downloads. */
function shortened(text) {
  if (text.includes("/")) return text.replace(/\d+\/\d+/g, (exact) => figure(fraction(exact), { digits: 2 }));
  return text.replace(/(\.\d{2})\d+/g, "$1…");
}

export function legsTable(analysis) {
  return {
    head: ["leg", "quantity", "filled at", "bid", "ask", "volatility", "value", "delta", "vega", "theta"],
    rows: analysis.legs.map((leg) => [
      { text: leg.instrument, class: "whole" }, leg.quantity, `${shortened(leg.price)} (${leg.filled_at})`, leg.quote?.bid ?? missing, leg.quote?.ask ?? missing,
      percent(leg.volatility), figure(leg.greeks.value), figure(leg.greeks.delta), figure(leg.greeks.vega_per_vol_point), figure(leg.greeks.theta_per_day),
    ]),
  };
}

/** How many whole lots a budget buys. */
export function lotsWords(analysis) {
  const { size, currency } = analysis;
  if (!size) return [element("p", { class: "note" }, `A budget in ${currency} says how many whole lots fit.`)];
  if (size.lots === null) {
    return [element("p", { "data-figure": "lots" }, `${size.status.replaceAll("_", " ")}: ${size.detail || "no number of lots"}`)];
  }
  return [
    element("p", {}, element("strong", { "data-figure": "lots" }, String(size.lots)), ` whole lots: they use ${size.used} of ${size.budget} ${currency}`
      + (size.next_would_use === null ? "." : `; one more would use ${size.next_would_use}.`)),
    element("p", { class: "note" }, `Loss per lot ${size.loss_per_lot}, fees ${size.fees}, margin ${size.margin ?? "none"}.`),
  ];
}
