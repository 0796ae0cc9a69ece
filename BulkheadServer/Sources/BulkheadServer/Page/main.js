// The page: reads the state from the address, asks the server, shows its answers. No formula stands here; what is computed
// is only where things lie on the screen and which listed strikes are offered first.

import { MOVES, rollWords, twinsTable } from "./adjust.js";
import { Refusal, get, latest, post, postText } from "./api.js";
import { PayoffChart, legend } from "./chart.js";
import { byId, element, options, table } from "./dom.js";
import { fileName, save, stressCSV } from "./download.js";
import { legsTable, showFigures } from "./figures.js";
import { figure, signed } from "./format.js";
import { HeatMap, summaryWords } from "./heatmap.js";
import { corridorWords, probabilityWords } from "./liquidation.js";
import { rulesTable } from "./rules.js";
import { link, read, strategyBody, strikes, withPolicy, write } from "./state.js";
import { drawSurface } from "./surface.js";
import { whyWords } from "./words.js";

const chains = new Map();
let catalogue = [];
let markets = [];
let state = read();
let analysis = null;
let slow = null;
/** True where what is chosen has no answer, and what is shown is older. */
let isRefused = false;

const definition = () => catalogue.find((entry) => entry.structure === state.structure);
const chain = () => chains.get(state.market);
const underlying = () => chain()?.underlyings.find((item) => item.underlying === state.underlying) ?? chain()?.underlyings[0];
const expiryOf = (text) => underlying()?.expiries.find((item) => item.expiry === text);

const chart = new PayoffChart(byId("chart"), (index, strike) => {
  state.strikes = strikes(state).map((old, place) => (place === index ? strike : old)).join(",");
  const select = document.querySelector(`[data-strike-select="${index}"]`);
  if (select) select.value = strike;
  changed();
});
const heatmap = new HeatMap(byId("heatmap"));

// MARK: What can be chosen

/** Listed strikes; first those with a price on both sides, which any structure can be filled at. */
function listedStrikes() {
  return expiryOf(state.expiry)?.strikes ?? [];
}

/** Places n strikes around the spot, evenly on the list. */
function firstStrikes(count) {
  const expiry = expiryOf(state.expiry);
  if (!expiry || count === 0) return [];
  const isQuoted = (index) => [expiry.calls, expiry.puts].every((side) => side.bid[index] !== null && side.ask[index] !== null && Number(side.ask[index]) > 0);
  let list = expiry.strikes.filter((_, index) => isQuoted(index));
  if (list.length < count) list = expiry.strikes;
  const spot = Number(underlying().spot);
  const nearest = list.reduce((best, strike, index) => (Math.abs(Number(strike) - spot) < Math.abs(Number(list[best]) - spot) ? index : best), 0);
  const step = Math.max(1, Math.min(Math.floor(list.length / 12), Math.floor((list.length - 1) / Math.max(1, count - 1))));
  const start = Math.max(0, Math.min(list.length - 1 - step * (count - 1), nearest - Math.round((step * (count - 1)) / 2)));
  return Array.from({ length: count }, (_, index) => list[start + index * step]).filter(Boolean);
}

/** Brings the state to what market and catalogue have. */
async function settle() {
  if (!markets.some((item) => item.market === state.market)) state.market = markets[0].market;
  if (!chains.has(state.market)) chains.set(state.market, await get(`v1/chain?market=${encodeURIComponent(state.market)}`));
  if (!chain().underlyings.some((item) => item.underlying === state.underlying)) state.underlying = chain().underlyings[0].underlying;
  if (!definition()) state.structure = "iron-condor";
  const entry = definition();
  const expiries = underlying().expiries;
  if (!expiryOf(state.expiry)) state.expiry = (expiries.find((item) => item.days >= 14 && item.two_sided > 8) ?? expiries[0])?.expiry ?? "";
  const later = expiries.filter((item) => item.days > (expiryOf(state.expiry)?.days ?? 0));
  if (entry.expiries > 1 && !later.some((item) => item.expiry === state.far)) {
    state.far = later[0]?.expiry ?? "";
    if (!state.policy) state.policy = "close-first";
  }
  const chosen = strikes(state);
  const listed = listedStrikes();
  if (chosen.length !== entry.strikes || chosen.some((strike) => !listed.includes(strike))) state.strikes = firstStrikes(entry.strikes).join(",");
  if (entry.needs_hedge && !state.hedge) state.hedge = "0.25";
}

function showControls() {
  const entry = definition();
  const isLegs = state.source === "legs";
  byId(isLegs ? "source-legs" : "source-structure").checked = true;
  byId("structure-part").hidden = isLegs;
  byId("legs-part").hidden = !isLegs;
  byId("quantity-label").hidden = isLegs;
  byId("quantity-slider").hidden = isLegs;
  options(byId("market"), markets.map((item) => ({ value: item.market, text: item.market })), state.market);
  const market = markets.find((item) => item.market === state.market);
  byId("as-of").textContent = `as of ${market.as_of}; ${market.source}`;
  options(byId("structure"), catalogue.map((item) => ({ value: item.structure, text: item.name, group: item.family })), state.structure);
  byId("sentence").textContent = entry.sentence;
  const expiries = underlying().expiries;
  const words = (item) => ({ value: item.expiry, text: `${item.expiry} (${figure(item.days, { digits: 0 })} days)` });
  options(byId("expiry"), expiries.map(words), state.expiry);
  const near = expiryOf(state.expiry);
  options(byId("far"), expiries.filter((item) => item.days > (near?.days ?? 0)).map(words), state.far);
  options(byId("roll-to"), [{ value: "", text: "the same" }, ...expiries.filter((item) => item.expiry !== state.expiry).map(words)], "");
  options(byId("roll-move"), MOVES.map((value) => ({ value, text: value })), byId("roll-move").value || "all");
  byId("far-label").hidden = entry.expiries < 2;
  byId("policy-label").hidden = !isLegs && entry.expiries < 2;
  byId("hedge-label").hidden = !entry.needs_hedge;
  options(byId("underlying"), chain().underlyings.map((item) => ({ value: item.underlying, text: item.underlying })), state.underlying);
  byId("underlying-label").hidden = chain().underlyings.length < 2;
  showStrikes();
  const days = byId("days");
  days.max = Math.max(0, Math.floor(near?.days ?? 30));
  if (Number(state.days) > Number(days.max)) state.days = days.max;
  for (const key of ["hedge", "legs", "quantity", "settlement", "fill", "fees", "policy", "days", "spot", "vol", "deposit", "budget"]) {
    if (document.activeElement !== byId(key)) byId(key).value = state[key];
  }
  byId("quantity-slider").value = state.quantity;
  const rules = ["none", "margin=50%", "spot=7.5%", "spot=7.5%+mark", ...market.rules];
  options(byId("maintenance"), rules.map((value) => ({ value, text: value })), state.maintenance);
  showSliders();
}

function showStrikes() {
  const chosen = strikes(state);
  const host = byId("strikes");
  host.hidden = chosen.length === 0;
  if (host.querySelectorAll("select").length !== chosen.length || host.dataset.expiry !== `${state.market} ${state.expiry}`) {
    host.dataset.expiry = `${state.market} ${state.expiry}`;
    host.querySelectorAll("label").forEach((label) => label.remove());
    host.append(...chosen.map((_, index) => {
      const select = element("select", { "data-strike-select": index });
      options(select, listedStrikes().map((value) => ({ value, text: value })), chosen[index]);
      select.addEventListener("change", () => {
        const list = strikes(state);
        list[index] = select.value;
        state.strikes = list.join(",");
        chart.show({ strikes: list });
        changed();
      });
      return element("label", {}, `Strike ${index + 1}`, select);
    }));
  }
  host.querySelectorAll("select").forEach((select, index) => { select.value = chosen[index]; });
  chart.show({ strikes: state.source === "legs" ? [] : chosen, listed: listedStrikes() });
}

function showSliders() {
  byId("days-text").textContent = state.days === "1" ? "1 day" : `${state.days} days`;
  byId("spot-text").textContent = signed(state.spot, "%");
  byId("vol-text").textContent = signed(state.vol, "points");
  byId("days").setAttribute("aria-valuetext", byId("days-text").textContent);
  byId("spot").setAttribute("aria-valuetext", byId("spot-text").textContent);
  byId("vol").setAttribute("aria-valuetext", byId("vol-text").textContent);
}

// MARK: Questions and answers

const body = () => withPolicy(strategyBody(state, definition()), state);

/** The prices of the chart's line at the sliders, and the sliders' own point behind them. */
function lineQuestion() {
  const curve = analysis?.curve;
  const spot = Number(analysis?.market.underlyings[0]?.spot);
  const percentOf = (price) => ((price / spot - 1) * 100).toFixed(4);
  const axis = curve ? Array.from({ length: 81 }, (_, index) => percentOf(curve.spot[0] + ((curve.spot.at(-1) - curve.spot[0]) * index) / 80)) : [];
  return { ...body(), spot_shift: [...axis, state.spot].join(","), vol_shift: state.vol, days: state.days };
}

/** What must follow the hand: figures and lines. */
const fast = latest(async () => {
  const asked = performance.now();
  try {
    const size = state.budget.trim() ? { budget: state.budget.trim() } : {};
    const question = { ...body(), ...size };
    // The line is asked for over the prices of the answer before, at the same time, and again where those have changed.
    const before = analysis?.curve;
    let [next, stress] = await Promise.all([post("analyze", question), before ? post("stress", lineQuestion()) : null]);
    analysis = next;
    const isMoved = !before || !next.curve || before.spot[0] !== next.curve.spot[0] || before.spot.at(-1) !== next.curve.spot.at(-1);
    if (isMoved && !chart.isDragging) stress = await post("stress", lineQuestion());
    stress ??= await post("stress", lineQuestion());
    isRefused = false;
    showFast(stress);
    showProblem(null);
    document.body.dataset.answered = String(Math.round((performance.now() - asked) * 10) / 10);
  } catch (problem) {
    isRefused = true;
    showProblem(problem);
  }
  document.body.dataset.ready = "1";
});

function showFast(stress) {
  const columns = stress.scenarios;
  const last = columns.pnl.length - 1;
  const at = (index) => Object.fromEntries(Object.entries(columns).map(([key, values]) => [key, values[index]]));
  const isShifted = Number(state.days) !== 0 || Number(state.spot) !== 0 || Number(state.vol) !== 0;
  const point = isShifted ? at(last) : { ...analysis.greeks, pnl: analysis.value.pnl, spot: Number(analysis.market.underlyings[0].spot), status: "ok" };
  const sliders = isShifted ? `day ${state.days}, price ${signed(state.spot, "%")}, volatility ${signed(state.vol, "points")}` : "";
  chart.show({
    analysis, point,
    scenario: isShifted && last > 1 ? { spot: columns.spot.slice(1, last), pnl: columns.pnl.slice(1, last) } : null,
  });
  showFigures(byId("figures"), byId("name"), analysis, point, sliders);
  byId("why-title").textContent = analysis.maximum_loss.status === "bounded" ? "Why is this defined risk?" : "Why is this not defined risk?";
  byId("why").replaceChildren(...whyWords(analysis));
  const legs = legsTable(analysis);
  byId("legs-table").replaceChildren(table(legs.head, legs.rows), ...analysis.warnings.map((text) => element("p", { class: "note" }, text)));
  showLots();
}

function showLots() {
  const size = analysis.size;
  const host = byId("lots");
  if (!size) {
    host.replaceChildren(element("p", { class: "note" }, `A budget in ${analysis.currency} says how many whole lots fit.`));
    return;
  }
  if (size.lots === null) {
    host.replaceChildren(element("p", { "data-figure": "lots" }, `${size.status.replaceAll("_", " ")}: ${size.detail || "no number of lots"}`));
    return;
  }
  host.replaceChildren(
    element("p", {}, element("strong", { "data-figure": "lots" }, String(size.lots)), ` whole lots: they use ${size.used} of ${size.budget} ${analysis.currency}`
      + (size.next_would_use === null ? "." : `; one more would use ${size.next_would_use}.`)),
    element("p", { class: "note" }, `Loss per lot ${size.loss_per_lot}, fees ${size.fees}, margin ${size.margin ?? "none"}.`));
}

/** What may come a moment later: the grid, the rules, the corridor. */
const unhurried = latest(async () => {
  await fast.settled();
  byId("twins").replaceChildren();
  byId("roll-result").replaceChildren();
  if (!analysis || isRefused) {
    document.body.dataset.settled = "1";
    return;
  }
  const question = body();
  const part = async (host, work) => {
    try {
      await work();
      host.classList.remove("stale");
    } catch (problem) {
      if (!(problem instanceof Refusal)) throw problem;
      host.replaceChildren(element("p", { class: "note" }, problem.message));
    }
  };
  await Promise.all([
    part(byId("heatmap-text"), async () => {
      const stress = await post("stress", { ...question, spot_shift: "-30:30:41", vol_shift: "-20:40:21", days: state.days });
      heatmap.show(stress);
      byId("heatmap-text").textContent = `${summaryWords(stress)} Day ${state.days}.`;
      if (!byId("surface").hidden) await drawSurface(byId("surface"), heatmap);
    }),
    part(byId("rules"), async () => byId("rules").replaceChildren(...rulesTable(await post("compare", question)))),
    part(byId("liquidation"), async () => {
      chart.show({ liquidation: null });
      byId("probability-result").replaceChildren();
      const isAsked = analysis.margin.margin !== null || state.deposit.trim() !== "";
      byId("probability").disabled = !isAsked;
      if (!isAsked) {
        byId("liquidation").replaceChildren(element("p", { "data-figure": "corridor", "data-status": "no_margin" },
          "There is no margin to post: state a deposit to see at which prices its box is liquidated."));
        return;
      }
      const answer = await post("liquidation", boxQuestion());
      byId("liquidation").replaceChildren(...corridorWords(answer));
      chart.show({ liquidation: answer });
    }),
  ]);
  document.body.dataset.settled = "1";
  byId("live").textContent = analysis ? `Margin ${analysis.margin.margin ?? "none"} ${analysis.currency}, maximum loss ${analysis.maximum_loss.amount ?? analysis.maximum_loss.status}.` : "";
});

function boxQuestion() {
  const question = { ...body(), maintenance: state.maintenance };
  if (state.deposit.trim()) question.deposit = state.deposit.trim();
  return question;
}

function showProblem(problem) {
  const line = byId("problem");
  line.hidden = !problem;
  line.textContent = problem ? problem.message : "";
  for (const id of ["figures", "why", "lots", "legs-table"]) byId(id).classList.toggle("stale", Boolean(problem));
}

/** Something was chosen: the address, the figures at once, the rest when the hand rests. */
function changed() {
  delete document.body.dataset.settled;
  write(state);
  showSliders();
  fast.ask();
  clearTimeout(slow);
  slow = setTimeout(() => unhurried.ask(), 180);
}

async function rebuilt() {
  await settle();
  showControls();
  changed();
}

// MARK: Hands

const bind = (id, event, work) => byId(id).addEventListener(event, work);

for (const id of ["days", "spot", "vol"]) bind(id, "input", () => { state[id] = byId(id).value; changed(); });
for (const id of ["settlement", "fill", "policy", "maintenance"]) bind(id, "change", () => { state[id] = byId(id).value; changed(); });
for (const id of ["fees", "budget", "deposit", "hedge", "legs"]) bind(id, "change", () => { state[id] = byId(id).value.trim(); changed(); });
bind("quantity", "input", () => {
  const value = byId("quantity").value;
  if (value === "" || Number(value) === 0) return;
  state.quantity = value;
  byId("quantity-slider").value = value;
  changed();
});
bind("quantity-slider", "input", () => {
  const value = byId("quantity-slider").value;
  if (Number(value) === 0) return;
  state.quantity = value;
  byId("quantity").value = value;
  changed();
});
bind("structure", "change", () => {
  state.structure = byId("structure").value;
  state.strikes = "";
  state.policy = "";
  rebuilt();
});
bind("expiry", "change", () => { state.expiry = byId("expiry").value; rebuilt(); });
bind("far", "change", () => { state.far = byId("far").value; rebuilt(); });
bind("underlying", "change", () => { state.underlying = byId("underlying").value; state.expiry = ""; state.strikes = ""; rebuilt(); });
bind("market", "change", () => {
  Object.assign(state, { market: byId("market").value, underlying: "", expiry: "", far: "", strikes: "", fees: "", settlement: "quote" });
  rebuilt();
});
for (const source of ["structure", "legs"]) {
  bind(`source-${source}`, "change", () => {
    state.source = source;
    // The legs of the structure are a first text to change.
    if (source === "legs" && !state.legs && analysis) state.legs = legsLine();
    rebuilt();
  });
}
bind("reset", "click", () => {
  Object.assign(state, { days: "0", spot: "0", vol: "0" });
  showControls();
  changed();
});
bind("structure-form", "submit", (event) => event.preventDefault());
window.addEventListener("hashchange", () => { state = read(); rebuilt(); });

/** The legs that are shown, as one line. */
function legsLine() {
  return analysis.legs.map((leg) => {
    const found = leg.instrument.match(/-(\d+[A-Z]{3}\d+)-([\d.d]+)-([CP])$/);
    if (found) return `${leg.quantity}${found[3]}${found[2].replace("d", ".")}@${found[1]}`;
    const listed = leg.instrument.match(/(\d{2})(\d{2})(\d{2})([CP])(\d{8})$/);
    if (listed) return `${leg.quantity}${listed[4]}${Number(listed[5]) / 1000}@20${listed[1]}-${listed[2]}-${listed[3]}`;
    return `${leg.quantity}U`;
  }).join(" ");
}

// MARK: Things to take along, and what takes longer

bind("download-csv", "click", () => { if (heatmap.stress) save(`${fileName(heatmap.stress.strategy)}-stress.csv`, stressCSV(heatmap.stress), "text/csv"); });
for (const [format, type] of [["svg", "image/svg+xml"], ["html", "text/html"]]) {
  bind(`download-${format}`, "click", async () => {
    try { save(`${fileName(analysis?.strategy ?? "strategy")}.${format}`, await postText("analyze", { ...body(), format }), type); } catch (problem) { showProblem(problem); }
  });
}
bind("copy-link", "click", async () => {
  try {
    await navigator.clipboard.writeText(new URL(link(state), location.href).href);
    byId("copied").textContent = "copied";
  } catch { byId("copied").textContent = "the address bar has it"; }
});
bind("probability", "click", async () => {
  const host = byId("probability-result");
  byId("probability").disabled = true;
  host.replaceChildren(element("p", { class: "note" }, "Simulating …"));
  try {
    const answer = await post("liquidation", { ...boxQuestion(), probability: true, paths: 65536 });
    host.replaceChildren(...probabilityWords(answer.probability));
  } catch (problem) { host.replaceChildren(element("p", { class: "note" }, problem.message)); }
  byId("probability").disabled = false;
});
// On demand: parity is of European options of one expiry, and of others the answer is a refusal.
bind("show-twins", "click", async () => {
  const host = byId("twins");
  try { host.replaceChildren(...twinsTable(await post("twins", strategyBody(state, definition())))); } catch (problem) { host.replaceChildren(element("p", { class: "note" }, problem.message)); }
});
bind("roll", "click", async () => {
  const host = byId("roll-result");
  const asked = Object.entries({ to: byId("roll-to").value, strikes: byId("roll-strikes").value.trim(), size: byId("roll-size").value.trim() }).filter(([, value]) => value);
  if (!asked.length) {
    host.replaceChildren(element("p", { class: "note" }, "Say where to: another expiry, other strikes or another size."));
    return;
  }
  const move = byId("roll-move").value;
  try {
    host.replaceChildren(...rollWords(await post("roll", { ...body(), ...Object.fromEntries(asked), ...(move === "all" ? {} : { move }), maintenance: state.maintenance })));
  } catch (problem) { host.replaceChildren(element("p", { class: "note" }, problem.message)); }
});
bind("open-surface", "click", async () => {
  const host = byId("surface");
  host.hidden = !host.hidden;
  byId("open-surface").textContent = host.hidden ? "In three dimensions" : "Close the surface";
  if (host.hidden || !heatmap.stress) return;
  try { await drawSurface(host, heatmap); } catch (problem) { host.replaceChildren(element("p", { class: "note" }, problem.message)); }
});

// MARK: Beginning

byId("legend").append(legend());
byId("footer").textContent = "Bulkhead on this machine: no request leaves it. Surfaces by plotly.js (MIT), where it was set up.";
try {
  const [structures, list] = await Promise.all([get("v1/strategies"), get("v1/markets")]);
  catalogue = structures.structures;
  markets = list.markets;
  await rebuilt();
} catch (problem) {
  showProblem(problem);
  document.body.dataset.ready = "1";
}
