// The conversation: which bubble stands where, which choices are still open, where the days change.

import { bubble, fill, isUnsaid, picture } from "./bubbles.js";
import { clockTime, dayKey, dayName } from "./moments.js";

export class Log {
  #root;
  #bySeq = new Map();
  #last = null;

  constructor(root) {
    this.#root = root;
    document.addEventListener("language", () => this.#retell());
  }

  get empty() {
    return this.#bySeq.size === 0;
  }

  clear() {
    this.#root.replaceChildren();
    this.#bySeq.clear();
    this.#last = null;
  }

  /**
   * Adds messages in order; answers the first new element worth looking at, or null.
   * `sent` are the items this tab sent before them: the picture of an upload stays in its bubble.
   */
  add(messages, { arriving, sent = [] }) {
    let first = null;
    messages.forEach((message, index) => {
      const next = messages[index + 1];
      const element = this.#put(message, next, sent);
      if (element && arriving) element.classList.add(message.replaces ? "changed" : "arrived");
      if (element && message.from !== "me") first ??= element;
    });
    return first;
  }

  /** Cards of the page's own instead of messages, such as the one for hidden ones. */
  show(...cards) {
    this.#root.replaceChildren(...cards);
  }

  #put(message, next, sent) {
    if (message.from === "me") {
      const item = sent.shift();
      this.#pass();
      if (isUnsaid(message.text) || next?.replaces) return this.#skip(message);
      const element = this.#append(message);
      if (item?.preview) addPreview(element, item);
      return element;
    }
    const old = message.replaces === null ? null : this.#bySeq.get(message.replaces);
    return old ? this.#replace(old, message) : this.#append(message);
  }

  // A press that edits its card in place is told by the card, not by a bubble beneath it.
  #skip(message) {
    this.#bySeq.set(message.seq, null);
    return null;
  }

  #append(message) {
    const at = new Date(message.at);
    const day = dayKey(at);
    const newDay = this.#last?.day !== day;
    if (newDay) this.#root.append(dayLine(message.at));
    const element = bubble(message);
    element.classList.toggle("first", newDay || this.#last.from !== message.from);
    this.#root.append(element);
    this.#last = { day, from: message.from };
    this.#bySeq.set(message.seq, element);
    return element;
  }

  #replace(element, message) {
    const focused = element.querySelector(".rows").contains(document.activeElement);
    fill(element, message);
    element.classList.remove("past", "changed");
    void element.offsetWidth; // the highlight starts anew when a card changes twice
    this.#bySeq.set(message.seq, element);
    if (focused) (element.querySelector(".chip") ?? focusable(element)).focus();
    return element;
  }

  #pass() {
    for (const element of this.#root.querySelectorAll(".message:not(.past)")) {
      element.classList.add("past");
    }
  }

  #retell() {
    for (const time of this.#root.querySelectorAll("time")) {
      const at = new Date(time.dateTime);
      time.textContent = time.closest(".day") ? dayName(at) : clockTime(at);
    }
  }
}

function dayLine(iso) {
  const line = document.createElement("p");
  line.className = "day";
  const time = document.createElement("time");
  time.dateTime = iso;
  time.textContent = dayName(new Date(iso));
  line.append(time);
  return line;
}

function addPreview(element, item) {
  const shown = picture({ url: item.preview, alt: item.shown });
  shown.querySelector("img").classList.add("photo");
  element.querySelector(".text").before(shown);
}

function focusable(element) {
  element.tabIndex = -1;
  return element;
}
