// The page: reads the state from the address, asks the server, shows its answers. No formula stands here; what is computed
// is only where things lie on the screen and which listed strikes are offered first.

import { MOVES, rollWords, twinsTable } from "./adjust.js";
import { Refusal, get, latest, post, postText } from "./api.js";
import { PayoffChart, legend, lineQuestion, spans, spotOf } from "./chart.js";
import { byId, element, options, setText, table } from "./dom.js";
import { bindDownloads } from "./download.js";
import { LeftOut, isQuantity, markField, pointField } from "./fields.js";
import { FigureList, legsTable, lotsWords, spokenWords } from "./figures.js";
import { figure, signed } from "./format.js";
import { HeatMap, summaryWords } from "./heatmap.js";
import { corridorText, corridorWords, probabilityOf, probabilityWords } from "./liquidation.js";
import { rulesTable } from "./rules.js";
import { boxBody, firstStrikes, gridBody, isOpen, isShifted, legsLine, link, mendNumbers, read, rollBody, setOpen, sizeBody, strategyBody, strikes, withPolicy, write } from "./state.js";
import { drawSurface } from "./surface.js";
import { whyWords } from "./words.js";

/** What opens where the address names nothing: the README's own. */
const FIRST_MARKET = "deribit-btc-2025-12-05";

const chains = new Map();
let catalogue = [];
let markets = [];
let state = read();
let analysis = null;
/** The question that the analysis answers: while it stays the same, nothing but the sliders' own line is asked for. */
let answered = "";
let slow = null;
/** Ends what is asked at leisure, as soon as something else is chosen. */
let leisure = new AbortController();
/** True where what is chosen has no answer, and what is shown is older. */
let isRefused = false;
/** What is stated and cannot be used, while the rest is shown. */
const leftOut = new LeftOut();

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
const figures = new FigureList(byId("figures"), byId("name"));

/** Where a roll is said, by the state's keys. */
const ROLL_FIELDS = [["roll-to", "rollTo"], ["roll-strikes", "rollStrikes"], ["roll-move", "rollMove"], ["roll-size", "rollSize"], ["roll-legs", "rollLegs"]];

// MARK: What can be chosen

/** The last whole day before the legs of the structure begin to expire. */
const lastDay = () => Math.max(0, Math.floor(expiryOf(state.expiry)?.days ?? 30));
const sliderEnds = (id) => ["min", "max"].map((end) => Number(byId(id)[end]));
const listedStrikes = () => expiryOf(state.expiry)?.strikes ?? [];

/** Brings the state to what market and catalogue have. */
async function settle() {
  const replaced = [];
  if (!markets.some((item) => item.market === state.market)) {
    if (state.market) replaced.push(`market ${state.market}`);
    state.market = (markets.find((item) => item.market === FIRST_MARKET) ?? markets[0]).market;
  }
  if (!chains.has(state.market)) chains.set(state.market, await get(`v1/chain?market=${encodeURIComponent(state.market)}`));
  if (!chain().underlyings.some((item) => item.underlying === state.underlying)) state.underlying = chain().underlyings[0].underlying;
  if (!definition()) {
    if (state.structure) replaced.push(`structure ${state.structure}`);
    state.structure = "iron-condor";
  }
  const entry = definition();
  const expiries = underlying().expiries;
  if (!expiryOf(state.expiry)) state.expiry = (expiries.find((item) => item.days >= 14 && item.two_sided > 8) ?? expiries[0])?.expiry ?? "";
  replaced.push(...mendNumbers(state, { days: [0, lastDay()], spot: sliderEnds("spot"), vol: sliderEnds("vol") }));
  const later = expiries.filter((item) => item.days > (expiryOf(state.expiry)?.days ?? 0));
  if (entry.expiries > 1 && !later.some((item) => item.expiry === state.far)) {
    state.far = later[0]?.expiry ?? "";
    if (!state.policy) state.policy = "close-first";
  }
  const chosen = strikes(state);
  const listed = listedStrikes();
  if (chosen.length !== entry.strikes || chosen.some((strike) => !listed.includes(strike))) {
    if (state.strikes) replaced.push(`strikes ${state.strikes}`);
    state.strikes = firstStrikes(expiryOf(state.expiry), Number(underlying().spot), entry.strikes).join(",");
  }
  if (entry.needs_hedge && !isQuantity(state.hedge)) {
    if (state.hedge) replaced.push(`hedge ${state.hedge}`);
    state.hedge = "0.25";
  }
  return replaced;
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
  if (!expiries.some((item) => item.expiry === state.rollTo)) state.rollTo = "";
  options(byId("roll-to"), [{ value: "", text: "the same" }, ...expiries.filter((item) => item.expiry !== state.expiry).map(words)], state.rollTo);
  options(byId("roll-move"), MOVES.map((value) => ({ value, text: value })), state.rollMove);
  for (const [id, key] of ROLL_FIELDS) byId(id).value = state[key];
  byId("far-label").hidden = entry.expiries < 2;
  byId("policy-label").hidden = !isLegs && entry.expiries < 2;
  byId("hedge-label").hidden = !entry.needs_hedge;
  options(byId("underlying"), chain().underlyings.map((item) => ({ value: item.underlying, text: item.underlying })), state.underlying);
  byId("underlying-label").hidden = chain().underlyings.length < 2;
  showStrikes();
  byId("days").max = lastDay();
  for (const key of ["hedge", "legs", "quantity", "settlement", "fill", "fees", "policy", "days", "spot", "vol", "deposit", "budget", "portfolio"]) {
    if (document.activeElement !== byId(key)) byId(key).value = state[key];
  }
  byId("quantity-slider").value = state.quantity;
  for (const id of ["quantity", "hedge"]) markField(id, null);
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
  const words = { days: state.days === "1" ? "1 day" : `${state.days} days`, spot: signed(state.spot, "%"), vol: signed(state.vol, "points") };
  for (const [key, text] of Object.entries(words)) {
    if (setText(byId(`${key}-text`), text)) byId(key).setAttribute("aria-valuetext", text);
  }
}

// MARK: Questions and answers

/** All that is stated of the strategy, and what of it can be used. */
const stated = () => withPolicy(strategyBody(state, definition()), state);
const body = () => leftOut.without(stated());

/** What must follow the hand: figures and lines. Nothing is asked for whose answer is known. */
const fast = latest(async () => {
  const asked = performance.now();
  try {
    leftOut.settle(state);
    const question = { ...stated(), ...sizeBody(state) };
    const text = JSON.stringify(question);
    const isNew = text !== answered;
    const askLine = (line) => line && post("stress", { ...body(), ...line.question });
    const line = isShifted(state) && analysis ? lineQuestion(analysis, state) : null;
    // What refuses the line refuses the analysis, too, which then says what to leave out.
    let [next, stress] = await Promise.all([
      isNew ? leftOut.ask(question, (body) => post("analyze", body)) : analysis,
      askLine(line)?.catch((problem) => { if (!isNew) throw problem; }),
    ]);
    analysis = next;
    answered = text;
    if (isShifted(state) && !(stress && spans(line, analysis))) stress = await askLine(lineQuestion(analysis, state));
    showFast(isNew || isRefused, stress);
    isRefused = false;
    showProblem(null);
    document.body.dataset.answered = String(Math.round((performance.now() - asked) * 10) / 10);
  } catch (problem) {
    isRefused = true;
    answered = "";
    leftOut.show();
    showProblem(problem);
  }
  document.body.dataset.ready = "1";
});

/** @param isNew False where only the sliders have moved, and so only their line, their point and its figures. */
function showFast(isNew, stress) {
  const columns = stress?.scenarios;
  const last = columns ? columns.pnl.length - 1 : 0;
  const point = columns ? Object.fromEntries(Object.entries(columns).map(([key, values]) => [key, values[last]]))
    : { ...analysis.greeks, pnl: analysis.value.pnl, spot: spotOf(analysis), status: "ok" };
  chart.show({ analysis, point, scenario: last > 1 ? { spot: columns.spot.slice(1, last), pnl: columns.pnl.slice(1, last) } : null });
  if (isNew) figures.showAnalysis(analysis, leftOut.has("fees"));
  figures.showPoint(point, analysis.currency, columns ? `At the sliders: day ${state.days}, price ${signed(state.spot, "%")}, volatility ${signed(state.vol, "points")}` : "Now");
  if (!isNew) return;
  setText(byId("legend"), legend(analysis));
  setText(byId("why-title"), analysis.maximum_loss.status === "bounded" ? "Why is this defined risk?" : "Why is this not defined risk?");
  byId("why").replaceChildren(...whyWords(analysis));
  const legs = legsTable(analysis);
  byId("legs-table").replaceChildren(table(legs.head, legs.rows, "legs"), ...analysis.warnings.map((text) => element("p", { class: "note" }, text)));
  byId("lots").replaceChildren(...lotsWords(analysis, leftOut.has("budget")));
  leftOut.show();
}

/** Lets the browser paint and take the hand's events between two parts. */
const breath = () => new Promise((done) => {
  requestAnimationFrame(() => setTimeout(done, 0));
  // A page that is not in view has no frames.
  setTimeout(done, 100);
});

/** What may come a moment later, a part at a time: the grid, the corridor, the rules. Whatever is chosen meanwhile ends it. */
const unhurried = latest(async () => {
  await fast.settled();
  const { signal } = leisure;
  write(state);
  if (analysis && !isRefused) {
    const question = body();
    const ask = (operation, more) => post(operation, { ...question, ...more }, signal);
    for (const [id, work] of parts(ask, signal)) {
      if (signal.aborted) return;
      try {
        await work(byId(id));
      } catch (problem) {
        if (signal.aborted) return;
        if (!(problem instanceof Refusal)) throw problem;
        byId(id).replaceChildren(element("p", { class: "note" }, problem.message));
      }
      await breath();
    }
    if (signal.aborted) return;
    setText(byId("live"), spokenWords(analysis));
  }
  document.body.dataset.settled = "1";
});

/** Of the simulation: so many that its standard error is below half a percent, and few enough not to hold up a hand that moves. */
const PATHS = 16384;

/** The parts below the fold: where each stands, and what fills it; nothing is written once `signal` has ended them. */
function parts(ask, signal) {
  let box = null;
  return [
    ["heatmap-text", async (host) => {
      const stress = await ask("stress", gridBody(state));
      heatmap.show(stress);
      setText(host, `${summaryWords(stress)} Day ${state.days}.`);
      await surface();
    }],
    ["liquidation", async (host) => {
      // A deposit may turn out to be refused only now, and without one there may be nothing to ask.
      const askBox = (question) => (analysis.margin.margin !== null || question.deposit !== undefined ? post("liquidation", question, signal) : null);
      const show = () => {
        chart.show({ liquidation: box });
        figures.showCorridor(box ? corridorText(box) : null);
      };
      try {
        box = await leftOut.ask({ ...body(), ...boxBody(state) }, askBox);
      } catch (problem) {
        if (!signal.aborted) show();
        throw problem;
      } finally { if (!signal.aborted) leftOut.show(); }
      host.replaceChildren(...(box ? corridorWords(box) : [element("p", { "data-figure": "corridor", "data-status": "no_margin" },
        "There is no margin to post: state a deposit to see at which prices its box is liquidated.")]));
      show();
    }],
    ["rules", async (host) => host.replaceChildren(...rulesTable(await ask("compare")))],
    ["twins", async (host) => host.replaceChildren(...(isOpen(state, "twins") ? twinsTable(await post("twins", leftOut.without(strategyBody(state, definition())), signal)) : []))],
    ["roll-result", async (host) => {
      const roll = isOpen(state, "roll") ? rollBody(state) : null;
      host.replaceChildren(...(roll ? rollWords(await ask("roll", roll), spotOf(analysis)) : []));
    }],
    ["probability-result", async (host) => {
      // A rule that was only scanned is not simulated either.
      const isAsked = box && box.days[0].certificate !== "uncertified";
      let answer = null;
      try { if (isAsked) answer = await ask("liquidation", { ...leftOut.without(boxBody(state)), probability: true, paths: PATHS }); } finally {
        if (!signal.aborted) figures.showProbability(probabilityOf(answer?.probability));
      }
      host.replaceChildren(...(answer ? probabilityWords(answer.probability)
        : box ? [element("p", { class: "note" }, "How likely that is cannot be said under this rule, whose scenarios are valued at the market's own moment.")] : []));
    }],
  ];
}

async function surface() {
  const host = byId("surface");
  host.hidden = !isOpen(state, "surface");
  setText(byId("open-surface"), host.hidden ? "In three dimensions" : "Close the surface");
  if (host.hidden || !heatmap.stress) return;
  try { await drawSurface(host, heatmap); } catch (problem) { host.replaceChildren(element("p", { class: "note" }, problem.message)); }
}

function showProblem(problem) {
  const line = byId("problem");
  line.hidden = !problem;
  line.textContent = problem ? problem.message : "";
  pointField("legs", problem && state.source === "legs" && problem.code !== "unreachable");
  for (const id of STALE) byId(id).classList.toggle("stale", Boolean(problem));
}

/** Something was chosen: the figures at once; the rest, and the address, when the hand rests. */
function changed() {
  delete document.body.dataset.settled;
  leisure.abort();
  leisure = new AbortController();
  showSliders();
  figures.expectBox();
  fast.ask();
  clearTimeout(slow);
  slow = setTimeout(() => unhurried.ask(), 180);
}

/** @param isLink True where the state came from an address: what it asked for in vain is told. */
async function rebuilt(isLink = false) {
  const replaced = await settle();
  const notice = byId("notice");
  notice.hidden = !isLink || replaced.length === 0;
  notice.textContent = notice.hidden ? "" : `This market does not have what the address asks for (${replaced.join("; ")}): shown is the nearest that it has.`;
  showControls();
  changed();
}

// MARK: Hands

/** What shows an older answer while what is chosen has none. */
const STALE = ["figures", "why", "lots", "legs-table", "heatmap", "heatmap-text", "liquidation", "probability-result", "rules", "twins", "roll-result"];

const bind = (id, event, work) => byId(id).addEventListener(event, work);

for (const id of ["days", "spot", "vol"]) bind(id, "input", () => { state[id] = byId(id).value; changed(); });
for (const id of ["settlement", "fill", "policy", "maintenance"]) bind(id, "change", () => { state[id] = byId(id).value; changed(); });
for (const id of ["fees", "budget", "portfolio", "deposit", "legs"]) bind(id, "change", () => { state[id] = byId(id).value.trim(); changed(); });

/** Takes a quantity that is one; another is told beside its field, and what is shown stays that of the last. */
function takeQuantity(key, field, text) {
  const isGood = isQuantity(text);
  const found = text === "" ? "nothing that is a number" : text;
  markField(field, isGood ? null : `Found ${found}, wanted a number other than 0. Shown is ${state[key]}.`);
  if (!isGood || state[key] === text) return;
  state[key] = text;
  changed();
}
bind("hedge", "change", () => takeQuantity("hedge", "hedge", byId("hedge").value.trim()));
bind("quantity", "input", () => {
  takeQuantity("quantity", "quantity", byId("quantity").value);
  byId("quantity-slider").value = state.quantity;
});
bind("quantity-slider", "input", () => {
  byId("quantity").value = byId("quantity-slider").value;
  takeQuantity("quantity", "quantity", byId("quantity-slider").value);
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
    if (source === "legs" && !state.legs && analysis) state.legs = legsLine(analysis);
    rebuilt();
  });
}
bind("reset", "click", () => {
  Object.assign(state, { days: "0", spot: "0", vol: "0" });
  showControls();
  changed();
});
bind("structure-form", "submit", (event) => event.preventDefault());
window.addEventListener("hashchange", () => { state = read(); rebuilt(true); });

// MARK: Things to take along, and what takes longer

bindDownloads({
  report: (format) => postText("analyze", { ...body(), format }), stress: () => postText("stress", { ...body(), ...gridBody(state), format: "csv" }),
  name: () => analysis?.strategy, refuse: showProblem,
});
bind("copy-link", "click", async () => {
  try {
    await navigator.clipboard.writeText(new URL(link(state), location.href).href);
    byId("copied").textContent = "copied";
  } catch { byId("copied").textContent = "the address bar has it"; }
});
// On demand: parity is of European options of one expiry, and of others the answer is a refusal.
bind("show-twins", "click", () => { setOpen(state, "twins", true); changed(); });
for (const [id, key] of ROLL_FIELDS) bind(id, "change", () => { state[key] = byId(id).value.trim(); });
bind("roll", "click", () => {
  for (const [id, key] of ROLL_FIELDS) state[key] = byId(id).value.trim();
  if (!rollBody(state)) {
    byId("roll-result").replaceChildren(element("p", { class: "note" }, "Say where to: another expiry, other strikes, another size, or the legs to hold."));
    return;
  }
  setOpen(state, "roll", true);
  changed();
});
bind("open-surface", "click", async () => {
  setOpen(state, "surface", !isOpen(state, "surface"));
  write(state);
  await surface();
});
// The address is the state's, and so no link within the page may write there.
bind("skip", "click", (event) => {
  event.preventDefault();
  byId("chart-section").focus();
});
window.addEventListener("pagehide", () => write(state));

// MARK: Beginning

byId("footer").textContent = "Bulkhead on this machine: no request leaves it. Surfaces by plotly.js (MIT), where it was set up.";
try {
  const [structures, list] = await Promise.all([get("v1/strategies"), get("v1/markets")]);
  catalogue = structures.structures;
  markets = list.markets;
  await rebuilt(true);
} catch (problem) {
  showProblem(problem);
  document.body.dataset.ready = "1";
}
