// Why the risk is defined, or is not: the certificate of the answer in words. Each number is one of the certificate's own.

import { element } from "./dom.js";
import { figure } from "./format.js";
import { fraction } from "./chart.js";

const paragraph = (text, key) => element("p", { "data-figure": key }, text);

export function whyWords(analysis) {
  const { maximum_loss: loss, margin, currency } = analysis;
  const parts = [];
  if (loss.status === "bounded") {
    parts.push(paragraph(
      "The P&L at expiry is a line with bends at the strikes. Such a line has its lowest place at a bend or at an end, so it is "
      + "enough to look at the two ends and at each bend.", "why-idea"));
  }
  for (const proof of loss.certificates) parts.push(...proofWords(proof, loss, currency));
  if (loss.status === "bounded") {
    parts.push(paragraph(
      `Entry cost ${analysis.value.entry_cost}, plus fees ${analysis.value.fees}, less the least payoff ${shown(loss.least_payoff)}: the most that can `
      + `be lost is ${loss.amount} ${currency}. The margin is that, rounded up: ${margin.margin ?? "none"} ${currency}. Whatever the price does, the `
      + "account that posted it owes nothing more at expiry.", "why-sum"));
    if (analysis.liquidation.reasons.includes("american")) {
      parts.push(paragraph("Not in it: what early assignment of short American options adds, which the notes under the legs name. Until expiry the "
        + "box can be liquidated for it, and a scenario can show more than the maximum loss.", "why-early"));
    }
  } else if (loss.status === "unbounded") {
    parts.push(paragraph(`So the risk is not defined: there is no greatest loss ${loss.directions.join(" and ")}, and no amount of margin that covers it.`, "why-sum"));
    for (const hedge of loss.bounding_hedges) {
      parts.push(paragraph(`${shown(hedge.extra)} more ${hedge.right}s of ${hedge.underlying}${hedge.strike === null ? "" : ` at ${shown(hedge.strike)}`} would bound it.`, "why-hedge"));
    }
    if (loss.cheapest_wing) {
      parts.push(paragraph(`The cheapest on this chain: buy ${loss.cheapest_wing.quantity} of ${loss.cheapest_wing.instrument} for ${loss.cheapest_wing.cost} ${currency}; the margin would then be ${loss.cheapest_wing.margin_with_it ?? "none"}.`, "why-wing"));
    }
  } else {
    parts.push(paragraph(`${loss.status.replaceAll("_", " ")}: ${analysis.detail || "what it can lose depends on what is done at the first expiry; choose a policy."}`, "why-sum"));
  }
  return parts;
}

function proofWords(proof, loss, currency) {
  if (proof.boxes) {
    return [paragraph(`Between volatilities ${proof.lower_volatility} and ${proof.upper_volatility} a year, ${proof.boxes.length} boxes of price and volatility were each shown to pay at least ${shown(proof.least_payoff)}.`, "why-band")];
  }
  if (!proof.vertices) return [];
  const inCoin = proof.coordinate === "inverse_price";
  const coordinate = inCoin ? "1 / price" : "the price";
  const [start, end] = [fraction(proof.slope_at_start), fraction(proof.slope_at_end)];
  const where = inCoin ? "as the price falls to nothing, where 1 / price has no end" : "above the highest strike";
  const words = [];
  const direction = (slope) => (slope > 0 ? "rises" : slope < 0 ? "falls" : "is flat");
  words.push(paragraph(
    `Lower end, ${inCoin ? "at prices without limit" : "from a price of 0"}: the payoff ${direction(start)} (slope ${shown(proof.slope_at_start)}), and ${inCoin ? "1 / price cannot go below 0" : "a price cannot go below 0"}, so nothing is lost without end there.`, "why-start"));
  words.push(paragraph(
    `Upper end, ${where}: the payoff ${direction(end)} (slope ${shown(proof.slope_at_end)} ${currency} for each unit of ${coordinate}), `
    + (end < 0 ? "so it loses without end." : "so nothing more is lost there."), "why-end"));
  if (proof.least_payoff !== null && proof.least_payoff !== undefined && end >= 0) {
    words.push(paragraph(
      `Of the ${proof.vertices.length} places to look at, the worst is ${proof.argmin_price === null ? "the limit far above" : `a price of ${shown(proof.argmin_price)}`}: it pays ${shown(proof.least_payoff)} ${currency}${proof.is_attained ? "" : ", which is approached and not reached"}.`, "why-worst"));
  }
  return words;
}

/** An exact text as it is where it is short, else the number near it. */
function shown(text) {
  if (text === null || text === undefined) return "none";
  return text.length <= 14 ? text.replace("-", "−") : `about ${figure(fraction(text))}`;
}
