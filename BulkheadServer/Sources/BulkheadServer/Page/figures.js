// The list of figures beside the chart, each with the key of the answer it shows. The rows are made once; afterwards only
// texts that differ are written, since every change of the list is laid out again.

import { spotOf } from "./chart.js";
import { element, setText } from "./dom.js";
import { amount, column, fixed, gammaDecimals, missing, percent, price } from "./format.js";
import { UNDECIDED, profitNote, returnNote } from "./words.js";

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
      const cell = {
        term: element("dt", {}, term), text: element("dd", { "data-figure": key, class: kind }, missing),
        note: element("dd", { class: "wide", "data-note": key, hidden: true }),
      };
      this.cells.set(key, cell);
      return [cell.term, cell.text, cell.note];
    }));
  }

  /** @param value The number as it came, for whoever reads the page by program. */
  write(key, text, value) {
    const { text: cell } = this.cells.get(key);
    setText(cell, text ?? missing);
    if (value !== undefined) cell.dataset.value = value ?? "";
  }

  /** What is said below a figure; empty for nothing. */
  remark(key, text) {
    const { note } = this.cells.get(key);
    setText(note, text);
    note.hidden = text === "";
  }

  hide(key, isHidden) {
    const { term, text } = this.cells.get(key);
    if (term.hidden === isHidden) return;
    term.hidden = isHidden;
    text.hidden = isHidden;
  }

  /** @param isWithoutFees True where fees were stated and could not be used. */
  showAnalysis(analysis, isWithoutFees) {
    const { margin, maximum_loss: loss, maximum_profit: profit, currency, outlook } = analysis;
    this.spot = spotOf(analysis);
    this.isCoin = analysis.settlement === "coin";
    setText(this.name, `${analysis.structure ?? "No name in the catalogue"}, ${analysis.settlement} settlement`);
    this.name.dataset.structure = analysis.structure ?? "";
    const money = (text, style) => (text === null || text === undefined ? missing : `${amount(text, currency, style)} ${currency}`);
    const up = { rule: "up" };
    const isUndecided = loss.status === "several_expiries";
    this.write("max_loss", loss.status === "bounded" ? money(loss.amount, up) : isUndecided ? "not defined" : loss.status.replaceAll("_", " "));
    this.remark("max_loss", isUndecided ? `several expiries: ${UNDECIDED}` : "");
    this.write("margin", money(margin.margin));
    this.write("requirement", money(margin.requirement));
    this.write("max_profit", profit.status === "limited" ? money(profit.amount, { rule: "down", sign: true })
      : { unlimited: "unlimited", several_expiries: "not defined" }[profit.status] ?? "not known");
    this.remark("max_profit", profitNote(analysis));
    const evens = analysis.break_evens.map(({ low, high }) => (low === high ? low : `${low ?? "…"} to ${high ?? "…"}`));
    const read = (end) => (end === null ? "…" : price(end, this.spot));
    const shown = analysis.break_evens.map(({ low, high }) => (low === high ? read(low) : `${read(low)} to ${read(high)}`));
    this.write("break_evens", shown.join(", ") || (analysis.curve?.expiry_line === "payoff" ? "none" : "depend on volatility"), evens.join(","));
    this.write("probability_of_profit", percent(outlook?.probability_of_profit), outlook?.probability_of_profit ?? null);
    this.write("return_on_margin", percent(margin.return_on_margin));
    this.remark("return_on_margin", margin.return_on_margin === null ? "" : returnNote(analysis));
    setText(this.cells.get("entry_cost").term, analysis.value.entry_cost.startsWith("-") ? "Entry credit" : "Entry cost");
    this.write("entry_cost", money(analysis.value.entry_cost, up));
    this.write("fees", money(analysis.value.fees, up));
    this.remark("fees", isWithoutFees ? "the stated fees are left out" : "");
  }

  /** @param point Now, or where the sliders stand. */
  showPoint(point, currency, title) {
    setText(this.cells.get("point").term, title);
    this.write("value", `${amount(point.value, currency)} ${currency}`, point.value);
    this.write("pnl", `${amount(point.pnl, currency, { sign: true })} ${currency}`, point.pnl);
    // In coin these two are said for a rise of the price by a percent, as the program's own pages do: for one unit of the quote
    // currency they are too small to be read.
    const { isCoin, spot: start } = this;
    for (const [key, name] of [["delta", "Delta"], ["gamma", "Gamma"]]) setText(this.cells.get(key).term, isCoin ? `${name}, 1 %` : name);
    const spot = point.spot ?? start;
    this.write("delta", isCoin ? amount((point.delta * spot) / 100, currency) : fixed(point.delta, 4), point.delta);
    this.write("gamma", isCoin ? amount((point.gamma * spot * spot) / 10_000, currency) : fixed(point.gamma, gammaDecimals(start)), point.gamma);
    for (const key of ["vega_per_vol_point", "theta_per_day"]) this.write(key, amount(point[key], currency), point[key]);
    this.hide("rho_per_point", point.rho_per_point === undefined);
    if (point.rho_per_point !== undefined) this.write("rho_per_point", amount(point.rho_per_point, currency), point.rho_per_point);
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

/** What is said aloud where the figures have changed. */
export function spokenWords({ margin, maximum_loss: loss, currency }) {
  const lost = loss.amount === null ? loss.status.replaceAll("_", " ") : `${amount(loss.amount, currency, { rule: "up" })} ${currency}`;
  return `Margin ${margin.margin === null ? "none" : `${margin.margin} ${currency}`}, maximum loss ${lost}.`;
}

export function legsTable(analysis) {
  const { currency, legs } = analysis;
  const isCoin = analysis.settlement === "coin";
  const fills = column(legs.map((leg) => leg.price), isCoin ? 4 : 2, isCoin ? 8 : 4);
  const [bids, asks] = ["bid", "ask"].map((side) => column(legs.map((leg) => leg.quote?.[side] ?? null), 2, 8));
  return {
    head: ["leg", "quantity", "filled at", "bid", "ask", "volatility", "value", "delta", "vega", "theta"],
    rows: legs.map((leg, index) => [
      { text: leg.instrument, class: "whole" }, leg.quantity, `${fills[index]} (${leg.filled_at})`, bids[index], asks[index],
      percent(leg.volatility), amount(leg.greeks.value, currency), fixed(leg.greeks_in_quote_currency.delta, 4),
      amount(leg.greeks.vega_per_vol_point, currency), amount(leg.greeks.theta_per_day, currency),
    ]),
  };
}

/**
 * How many whole lots a budget buys.
 * @param isLeftOut True where a budget is stated and could not be used.
 */
export function lotsWords(analysis, isLeftOut) {
  const { size, currency } = analysis;
  const note = (text) => [element("p", { class: "note", "data-figure": "lots" }, text)];
  if (!size) return note(isLeftOut ? "No lots: the budget is left out." : `A budget in ${currency}, or a percentage of a portfolio, says how many whole lots fit.`);
  if (size.lots === null) {
    return [element("p", { "data-figure": "lots" }, `${size.status.replaceAll("_", " ")}: ${size.detail || "no number of lots"}`)];
  }
  const up = (text) => amount(text, currency, { rule: "up" });
  return [
    element("p", {}, element("strong", { "data-figure": "lots" }, String(size.lots)), ` whole lots: they use ${up(size.used)} of ${size.budget} ${currency}`
      + (size.next_would_use === null ? "." : `; one more would use ${up(size.next_would_use)}.`)),
    element("p", { class: "note" }, `Loss per lot ${up(size.loss_per_lot)}, fees ${up(size.fees)}, margin ${size.margin ?? "none"}.`),
  ];
}
