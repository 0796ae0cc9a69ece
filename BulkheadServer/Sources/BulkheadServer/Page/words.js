// Why the risk is defined, or is not: the certificate of the answer in words. Each number is one of the certificate's own.

import { element } from "./dom.js";
import { amount, fixed, short } from "./format.js";
import { fraction } from "./chart.js";

/** Of legs of several expiries without a policy. */
export const UNDECIDED = "it depends on what is done at the first; choose a policy";

const paragraph = (text, key) => element("p", { "data-figure": key }, text);

export function whyWords(analysis) {
  const { maximum_loss: loss, margin, currency } = analysis;
  const parts = [];
  const isOfOneExpiry = loss.policy === "held_to_expiry";
  if (loss.status === "bounded" && isOfOneExpiry) {
    parts.push(paragraph(
      "The P&L at expiry is a line with bends at the strikes. Such a line has its lowest place at a bend or at an end, so it is "
      + "enough to look at the two ends and at each bend.", "why-idea"));
  }
  if (isOfOneExpiry) for (const proof of loss.certificates) parts.push(...proofWords(proof, loss, currency));
  else if (loss.policy) parts.push(...policyWords(analysis));
  if (loss.status === "bounded") {
    const end = isOfOneExpiry ? "Whatever the price does, the account that posted it owes nothing more at expiry."
      : "It holds for this policy and no other.";
    parts.push(paragraph(
      `Entry cost ${short(analysis.value.entry_cost)}, plus fees ${short(analysis.value.fees)}, less the least payoff ${short(loss.least_payoff)}: the most that can `
      + `be lost is ${short(loss.amount)} ${currency}. The margin is that, rounded up: ${margin.margin ?? "none"} ${currency}. ${end}`, "why-sum"));
    if (analysis.liquidation.reasons.includes("american")) {
      parts.push(paragraph("Not in it: what early assignment of short American options adds, which the notes under the legs name. Until expiry the "
        + "box can be liquidated for it, and a scenario can show more than the maximum loss.", "why-early"));
    }
  } else if (loss.status === "unbounded") {
    parts.push(paragraph(`So the risk is not defined: there is no greatest loss ${loss.directions.join(" and ")}, and no amount of margin that covers it.`, "why-sum"));
    for (const hedge of loss.bounding_hedges) {
      parts.push(paragraph(`${short(hedge.extra)} more ${hedge.right}s of ${hedge.underlying}${hedge.strike === null ? "" : ` at ${short(hedge.strike)}`} would bound it.`, "why-hedge"));
    }
    if (loss.cheapest_wing) {
      const wing = loss.cheapest_wing;
      parts.push(paragraph(`The cheapest on this chain: buy ${wing.quantity} of ${wing.instrument} for ${amount(wing.cost, currency, { rule: "up" })} ${currency}; the margin would then be ${wing.margin_with_it ?? "none"}.`, "why-wing"));
    }
  } else {
    parts.push(paragraph(`${loss.status.replaceAll("_", " ")}: ${analysis.detail || `${UNDECIDED}.`}`, "why-sum"));
  }
  return parts;
}

// MARK: Several expiries, in the words of the program's own pages

/** What a policy does. */
const COURSES = {
  closed_at_first_expiry: "everything is closed at the first expiry, at any marks free of arbitrage; no model is trusted",
  each_held_to_expiry: "every leg is held to its own expiry, whatever prices do between; what never expires ends with the first",
};

/** What the margin of a policy, and so a return on it, is measured by. */
const MEASURES = {
  closed_at_first_expiry: "the margin above, that of the worst marks free of arbitrage, not a model's",
  each_held_to_expiry: "the margin above, that of the worst prices at each expiry, not a model's",
};

/** What is said of a maximum profit; empty for legs of one expiry. */
export function profitNote({ maximum_loss: loss, maximum_profit: profit }) {
  if (profit.status === "unknown") return "American options held beyond the first expiry may be worth more than any European one";
  return profit.status === "limited" && COURSES[loss.policy] ? "the most that the policy allows" : "";
}

/** What a return on margin is; empty for legs of one expiry. */
export const returnNote = ({ maximum_loss: loss }) => (MEASURES[loss.policy] ? `maximum profit over ${MEASURES[loss.policy]}` : "");

function policyWords(analysis) {
  const { maximum_loss: loss } = analysis;
  const parts = [paragraph(`Policy ${loss.policy}: ${COURSES[loss.policy] ?? ""}.`, "why-policy")];
  const rates = loss.policy === "each_held_to_expiry" ? null : analysis.detail.match(/ at ([^;]*?(rates|forwards)[^;]*)/)?.[1];
  if (rates) parts.push(paragraph(`Between expiries: ${rates}.`, "why-rates"));
  const isOfSeveral = new Set(loss.certificates.map((proof) => proof.underlying)).size > 1;
  // Of a loss without bound the proofs that show it.
  const proofs = loss.status === "unbounded" ? loss.certificates.filter((proof) => proof.least_payoff === null) : loss.certificates;
  for (const proof of proofs) {
    const heading = ["Proof", isOfSeveral ? proof.underlying : "", loss.policy === "each_held_to_expiry" ? proof.expiry : ""].filter(Boolean).join(" ");
    if (!proof.vertices) continue;
    parts.push(paragraph(`${heading}: ${certificateText(proof)}.`, "why-proof"));
    if (proof.is_exercised_at_first_expiry) {
      parts.push(paragraph("Early exercise: American options held beyond the first expiry count at what their exercise pays there.", "why-exercise"));
    }
    for (const stage of [...(proof.later ?? [])].reverse()) {
      const isNothing = stage.envelope.every((point) => fraction(point.value) === 0) && fraction(stage.slope_at_end) === 0;
      if (!(proof.is_exercised_at_first_expiry && isNothing)) parts.push(paragraph(`At ${stage.expiry}: ${stageText(stage)}.`, "why-stage"));
    }
  }
  return parts;
}

const slope = (text) => (fraction(text) > 0 ? "+" : "") + short(text);

/** The certificate in one line: enough to check it by hand. */
function certificateText(proof) {
  const count = proof.vertices.length;
  const shape = `${count} ${count === 1 ? "vertex" : "vertices"}, ${proof.coordinate === "price" ? "" : "in 1/S "}slope ${slope(proof.slope_at_start)} from 0, `
    + `${slope(proof.slope_at_end)} beyond the last`;
  if (proof.least_payoff === null) return `${shape}: the payoff falls without end`;
  const place = proof.argmin_price === null ? "as the price goes to infinity" : `at ${short(proof.argmin_price)}`;
  return `least payoff ${short(proof.least_payoff)} ${place} (${proof.is_attained ? "attained" : "a limit"}); ${shape}`;
}

/** What one later expiry adds: its envelope's corners, and the factors that bring it back. */
function stageText(stage) {
  // To 12 decimals outward.
  const plain = (text, rule) => fixed(text, 12, { rule }).replace(/\.?0+$/, "");
  const range = ([low, high]) => (plain(low, "down") === plain(high, "up") ? plain(low, "down") : `${plain(low, "down")}..${plain(high, "up")}`);
  const corners = stage.envelope.map((point) => `${short(point.position)} ${short(point.value)}`).join(", ");
  return `convex envelope through ${corners}, then slope ${short(stage.slope_at_end)}; brought to the expiry before it by discount `
    + `${range(stage.discount)} and carry ${range(stage.carry)}`;
}

// MARK: One expiry

function proofWords(proof, loss, currency) {
  if (!proof.vertices) return [];
  const inCoin = proof.coordinate === "inverse_price";
  const coordinate = inCoin ? "1 / price" : "the price";
  const [start, end] = [fraction(proof.slope_at_start), fraction(proof.slope_at_end)];
  const where = inCoin ? "as the price falls to nothing, where 1 / price has no end" : "above the highest strike";
  const words = [];
  const direction = (slope) => (slope > 0 ? "rises" : slope < 0 ? "falls" : "is flat");
  words.push(paragraph(
    `Lower end, ${inCoin ? "at prices without limit" : "from a price of 0"}: the payoff ${direction(start)} (slope ${short(proof.slope_at_start)}), and ${inCoin ? "1 / price cannot go below 0" : "a price cannot go below 0"}, so nothing is lost without end there.`, "why-start"));
  words.push(paragraph(
    `Upper end, ${where}: the payoff ${direction(end)} (slope ${short(proof.slope_at_end)} ${currency} for each unit of ${coordinate}), `
    + (end < 0 ? "so it loses without end." : "so nothing more is lost there."), "why-end"));
  if (proof.least_payoff !== null && proof.least_payoff !== undefined && end >= 0) {
    words.push(paragraph(
      `Of the ${proof.vertices.length} places to look at, the worst is ${proof.argmin_price === null ? "the limit far above" : `a price of ${short(proof.argmin_price)}`}: it pays ${short(proof.least_payoff)} ${currency}${proof.is_attained ? "" : ", which is approached and not reached"}.`, "why-worst"));
  }
  return words;
}
