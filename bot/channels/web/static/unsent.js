// The bubbles of what is not accepted yet, and the line above the composer that says why.

import { picture, shownText } from "./bubbles.js";
import { made, say } from "./words.js";

const SHOWS_AFTER = 250; // milliseconds; a quick answer needs no dots

export class Unsent {
  #outbox;
  #bubbles = new Map();
  #timer = null;

  constructor(outbox) {
    this.#outbox = outbox;
    outbox.addEventListener("change", () => this.draw());
    for (const event of ["online", "offline"]) addEventListener(event, () => this.draw());
    document.addEventListener("language", () => this.draw());
    document.getElementById("state").addEventListener("click", (event) => {
      if (event.target.closest("button")) outbox.again();
    });
  }

  draw() {
    const shown = this.#outbox.items.filter((item) => this.#shows(item));
    for (const [item, element] of this.#bubbles) {
      if (!shown.includes(item)) this.#forget(item, element);
    }
    for (const item of shown) this.#bubble(item);
    this.#dots();
    this.#state();
  }

  // A pressed choice tells by itself that it was pressed, unless it does not get through.
  #shows(item) {
    if (item.silent) return false;
    return item.kind !== "button" || item.state === "declined" || this.#waits(item);
  }

  #waits(item) {
    return item.state === "waiting" && this.#outbox.stuck;
  }

  #bubble(item) {
    let element = this.#bubbles.get(item);
    if (!element) {
      element = made("unsent-template");
      element.querySelector(".text").append(words(item));
      this.#bubbles.set(item, element);
      document.getElementById("unsent").append(element);
    }
    this.#fate(item, element.querySelector(".fate"));
  }

  #fate(item, line) {
    const declined = item.state === "declined";
    const uploading = item.state === "uploading";
    line.classList.toggle("shown", declined || uploading || this.#waits(item));
    line.classList.toggle("wrong", declined);
    line.querySelector("span").textContent = declined
      ? item.words || say("error.again")
      : say(uploading ? "uploading" : "waiting");
    const bar = line.querySelector("progress");
    bar.hidden = !uploading;
    bar.value = item.progress ?? 0;
    bar.setAttribute("aria-label", say("uploading"));
    const button = line.querySelector("button");
    button.textContent = declined ? say("discard") : "";
    button.onclick = () => this.#outbox.remove(item);
  }

  #forget(item, element) {
    element.remove();
    this.#bubbles.delete(item);
  }

  #dots() {
    const typing = document.getElementById("typing");
    const busy = this.#outbox.busy;
    if (!busy) {
      clearTimeout(this.#timer);
      this.#timer = null;
      typing.hidden = true;
    } else if (this.#timer === null) {
      this.#timer = setTimeout(() => {
        typing.hidden = false;
        typing.dispatchEvent(new Event("grown", { bubbles: true }));
      }, SHOWS_AFTER);
    }
  }

  #state() {
    const state = document.getElementById("state");
    const why = navigator.onLine ? (this.#outbox.stuck ? "unreachable" : null) : "offline";
    if ((state.dataset.why ?? null) === why && state.lang === document.documentElement.lang) return;
    state.lang = document.documentElement.lang;
    if (why) state.dataset.why = why;
    else delete state.dataset.why;
    state.replaceChildren(...(why ? [stateLine(why)] : []));
  }
}

function words(item) {
  if (!item.file) return shownText(item.shown ?? item.value);
  if (!item.preview) return attached(item.shown);
  const shown = picture({ url: item.preview, alt: item.shown });
  shown.querySelector("img").classList.add("photo");
  return shown;
}

function attached(name) {
  const line = document.createElement("span");
  line.className = "attached";
  line.append(document.getElementById("file-icon").content.cloneNode(true), name);
  return line;
}

function stateLine(why) {
  const line = document.createElement("div");
  line.className = "column";
  const words = document.createElement("p");
  words.textContent = say(why);
  const again = document.createElement("button");
  Object.assign(again, { type: "button", className: "plain", textContent: say("again") });
  line.append(document.getElementById("away-icon").content.cloneNode(true), words, again);
  return line;
}
