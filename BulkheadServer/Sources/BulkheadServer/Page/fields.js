// Fields of the page that an answer can do without: where the server refuses what one of them says, the request goes out
// again without it, and the field tells what was wrong, beside itself.

import { Refusal } from "./api.js";
import { byId, element } from "./dom.js";

/** By the request's key, which is the field's name on the page. */
const OPTIONAL = ["fees", "budget", "portfolio", "deposit"];

/** What is chosen beside them and may make a refused value a good one. */
const CONTEXT = ["market", "source", "structure", "expiry", "far", "legs", "settlement", ...OPTIONAL];

/** Says beside a field what is wrong with it; null clears it. */
export function markField(id, text) {
  const field = byId(id);
  const name = `${id}-problem`;
  let line = byId(name);
  if (!text) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    line?.remove();
    return;
  }
  if (!line) {
    line = element("p", { id: name, class: "field-problem", role: "status" });
    field.closest("label").after(line);
  }
  if (line.textContent !== text) line.textContent = text;
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", name);
}

/** Points from a field to the line of the page that tells what is wrong with it. */
export function pointField(id, isWrong) {
  const field = byId(id);
  if (isWrong) {
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", "problem");
  } else if (field.getAttribute("aria-describedby") === "problem") {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

/** What has been refused, as long as nothing is chosen that may change it. */
export class LeftOut {
  constructor() {
    this.refused = new Map();
    this.context = "";
  }

  /** Forgets what was refused under other choices. */
  settle(state) {
    const context = JSON.stringify(CONTEXT.map((key) => state[key]));
    if (context === this.context) return;
    this.context = context;
    this.refused.clear();
  }

  has(key) { return this.refused.has(key); }

  /** A request without what was refused of it. */
  without(body) {
    return Object.fromEntries(Object.entries(body).filter(([key, value]) => this.refused.get(key)?.value !== value));
  }

  /**
   * Sends a request, and again without each optional field that is refused.
   * @param send Gives the answer to a body, or throws a Refusal.
   */
  async ask(body, send) {
    for (;;) {
      const question = this.without(body);
      try { return await send(question); } catch (problem) {
        if (!(problem instanceof Refusal)) throw problem;
        const key = problem.where;
        if (OPTIONAL.includes(key) && key in question) this.refuse(key, question, problem);
        else return await this.askWithoutFees(question, problem, send);
      }
    }
  }

  /** Fees of another currency make the whole strategy a bad one; they are at fault where it is a good one without them. */
  async askWithoutFees({ fees, ...question }, problem, send) {
    if (fees === undefined || problem.code !== "bad_strategy") throw problem;
    let answer;
    try { answer = await send(question); } catch { throw problem; }
    this.refuse("fees", { fees }, problem);
    return answer;
  }

  refuse(key, question, problem) { this.refused.set(key, { value: question[key], text: problem.text }); }

  /** Tells at each field whether it is left out. */
  show() {
    for (const key of OPTIONAL) {
      const found = this.refused.get(key);
      markField(key, found ? `${sentence(found.text)} Left out of what is shown.` : null);
    }
  }
}

/** A message of the server as a sentence, without the name of the command line's option. */
function sentence(text) {
  const words = text.replace(/^(--)?[a-z-]+: /, "");
  return words.charAt(0).toUpperCase() + words.slice(1) + (/[.!?]$/.test(words) ? "" : ".");
}

/** A plain number, as it is written by hand. */
export const isDecimal = (text) => /^[+-]?\d{1,9}(\.\d{1,8})?$/.test(text);

/** A signed number of lots or units, which is not 0. */
export const isQuantity = (text) => isDecimal(text) && Number(text) !== 0;
