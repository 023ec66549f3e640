// What was written and is not accepted yet: sent one at a time, in order, under the same id until
// the server has it. It outlives a reload of this tab, and nothing else: phones are shared.

import { Declined, Unreachable, handIn, send } from "./api.js";

const KEPT_AS = "reprieve.unsent";
const LONGEST_WAIT = 30_000;

export class Outbox extends EventTarget {
  #items = [];
  #running = false;
  #failures = 0;
  #goOn = null;
  #chat = null;
  #ready = false;
  #seen;

  /** `seen` tells the last seq the page knows of. */
  constructor(seen) {
    super();
    this.#seen = seen;
    const kept = recalled();
    this.#chat = kept.chat;
    this.#items = kept.items;
    addEventListener("online", () => this.again());
  }

  /**
   * In order, each `waiting`, `uploading` (with `progress`), `sending`, `sent` (until `settle`) or
   * `declined` (with `words`).
   */
  get items() {
    return this.#items;
  }

  get sending() {
    return this.#items.some((item) => item.state === "sending");
  }

  /** Whether an answer is to be expected. */
  get busy() {
    return this.#items.some((item) => item.state === "sending" || item.state === "sent");
  }

  /** What the server has, and the log is to show next. */
  get sent() {
    return this.#items.filter((item) => item.state === "sent");
  }

  /** Whether the server could not be reached with what waits here. */
  get stuck() {
    return this.#failures > 0;
  }

  /** The chat the page talks to: what was written in another one is not for this one. */
  belongsTo(chat) {
    this.#ready = true;
    if (chat === this.#chat) return;
    if (this.#chat !== null) this.#items = this.#items.filter((item) => item.state === "sending");
    this.#chat = chat;
    this.#changed();
  }

  /** Takes `{kind, value | file, shown}` on; `id` is made here unless the caller has one. */
  add(item) {
    if (item.id && this.#items.some((other) => other.id === item.id)) return;
    this.#items.push({ id: newId(), state: "waiting", ...item });
    this.#changed();
    this.start();
  }

  remove(item) {
    if (item.preview) URL.revokeObjectURL(item.preview);
    this.settle([item]);
  }

  /** These are in the log by now. */
  settle(items) {
    if (items.length === 0) return;
    this.#items = this.#items.filter((item) => !items.includes(item));
    this.#changed();
  }

  /** Tries now what waits for its next try. */
  again() {
    this.#goOn?.();
    this.start();
  }

  async start() {
    if (this.#running || !this.#ready) return;
    this.#running = true;
    try {
      for (let item; (item = this.#items.find((each) => each.state === "waiting")); ) {
        await this.#deliver(item);
      }
    } finally {
      this.#running = false;
    }
  }

  async #deliver(item) {
    let wait = 0;
    try {
      await this.#hand(item);
      this.#failures = 0;
      this.#set(item, { state: "sent" });
    } catch (error) {
      wait = this.#failed(item, error);
    }
    this.dispatchEvent(new Event("tried"));
    if (wait) await this.#pause(wait);
  }

  async #hand(item) {
    if (item.file && !item.value) {
      this.#set(item, { state: "uploading", progress: 0 });
      item.value = await handIn(item.file, (progress) => this.#set(item, { progress }));
    }
    this.#set(item, { state: "sending", before: item.before ?? this.#seen() });
    const { seq } = await send({ id: item.id, [item.kind]: item.value });
    // Accepted, but its turn is still to come: it is shown here until the log has it.
    item.held = seq <= item.before;
  }

  /** What a failure means for the item; answers the milliseconds until the next try, if any. */
  #failed(item, error) {
    if (error instanceof Declined && error.wait === null) {
      this.#failures = 0;
      this.#set(item, { state: "declined", words: error.message });
      return 0;
    }
    this.#failures += 1;
    this.#set(item, { state: "waiting", words: error.message });
    if (!(error instanceof Declined || error instanceof Unreachable)) throw error;
    return error.wait ? error.wait * 1000 : backOff(this.#failures);
  }

  #pause(milliseconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#goOn = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  #set(item, change) {
    Object.assign(item, change);
    this.#changed();
  }

  #changed() {
    keep(this.#chat, this.#items);
    this.dispatchEvent(new Event("change"));
  }
}

/** 128 random bits; `crypto.randomUUID` is missing where the page is not served over TLS. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One second, two, four, … with some chance in it, so that phones do not come back in step. */
function backOff(failures) {
  return Math.min(LONGEST_WAIT, 500 * 2 ** failures) * (0.75 + Math.random() / 2);
}

function keep(chat, items) {
  const plain = items
    .filter((item) => !item.file && item.state !== "sent")
    .map(({ progress, words, ...item }) => ({ ...item, state: "waiting" }));
  try {
    if (plain.length) sessionStorage.setItem(KEPT_AS, JSON.stringify({ chat, items: plain }));
    else sessionStorage.removeItem(KEPT_AS);
  } catch {
    // A browser that keeps nothing still sends.
  }
}

function recalled() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT_AS)) ?? { chat: null, items: [] };
  } catch {
    return { chat: null, items: [] };
  }
}
