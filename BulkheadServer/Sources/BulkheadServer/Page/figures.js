// The list of figures beside the chart, each with the key of the answer it shows.

import { element } from "./dom.js";
import { figure, missing, percent } from "./format.js";

const row = (key, term, text, isMain) => [
  element("dt", {}, term), element("dd", { "data-figure": key, class: isMain ? "main" : null }, text ?? missing),
];
const group = (text) => element("dt", { class: "group" }, text);

export function showFigures(list, name, analysis, point, sliders) {
  const { margin, maximum_loss: loss, maximum_profit: profit, currency, outlook } = analysis;
  name.textContent = analysis.structure ? `${analysis.structure}, ${analysis.settlement} settlement` : `No name in the catalogue, ${analysis.settlement} settlement`;
  name.dataset.structure = analysis.structure ?? "";
  const amount = (text) => (text === null || text === undefined ? missing : `${text} ${currency}`);
  const evens = analysis.break_evens.map((even) => (even.low === even.high ? even.low : `${even.low ?? "…"} to ${even.high ?? "…"}`));
  list.replaceChildren(...[
    group("What it can cost"),
    row("max_loss", "Maximum loss", loss.status === "bounded" ? amount(loss.amount) : loss.status, true),
    row("margin", "Posted margin", margin.margin === null ? missing : amount(margin.margin), true),
    row("requirement", "Locked to the end", amount(margin.requirement)),
    row("max_profit", "Maximum profit", profit.status === "limited" ? amount(profit.amount) : profit.status),
    row("break_evens", "Break-evens", evens.map(shortened).join(", ") || "none"),
    row("probability_of_profit", "Probability of profit", percent(outlook?.probability_of_profit)),
    row("return_on_margin", "Return on margin", percent(margin.return_on_margin)),
    group("Cost"),
    row("entry_cost", Number(analysis.value.entry_cost) < 0 ? "Entry, a credit" : "Entry cost", amount(analysis.value.entry_cost)),
    row("fees", "Fees", amount(analysis.value.fees)),
    group(sliders ? `At the sliders: ${sliders}` : "Now"),
    row("value", "Value", `${figure(point.value)} ${currency}`),
    row("pnl", "P&L", `${figure(point.pnl, { sign: true })} ${currency}`),
    row("delta", "Delta", figure(point.delta)),
    row("gamma", "Gamma", figure(point.gamma)),
    row("vega_per_vol_point", "Vega, a point", figure(point.vega_per_vol_point)),
    row("theta_per_day", "Theta, a day", figure(point.theta_per_day)),
    point.status === "ok" ? [] : row("status", "Note", point.status.replaceAll("_", " ").replaceAll(";", ", ")),
  ].flat());
  // The numbers as they came, for whoever reads the page by program.
  for (const key of ["value", "pnl", "delta", "gamma", "vega_per_vol_point", "theta_per_day"]) {
    list.querySelector(`[data-figure="${key}"]`).dataset.value = point[key];
  }
  list.querySelector('[data-figure="break_evens"]').dataset.value = evens.join(",");
  list.querySelector('[data-figure="probability_of_profit"]').dataset.value = outlook?.probability_of_profit ?? "";
}

/** Long exact decimals keep what can be read; all digits are in the downloads. */
function shortened(text) {
  return text.replace(/(\.\d{2})\d+/g, "$1…");
}

export function legsTable(analysis) {
  return {
    head: ["leg", "quantity", "filled at", "bid", "ask", "volatility", "value", "delta", "vega", "theta"],
    rows: analysis.legs.map((leg) => [
      leg.instrument, leg.quantity, `${shortened(leg.price)} (${leg.filled_at})`, leg.quote?.bid ?? missing, leg.quote?.ask ?? missing,
      percent(leg.volatility), figure(leg.greeks.value), figure(leg.greeks.delta), figure(leg.greeks.vega_per_vol_point), figure(leg.greeks.theta_per_day),
    ]),
  };
}
