// Where people write and choose files.

import { limits, say } from "./words.js";

const KEPT_AS = "reprieve.writing";
const TELL_FROM = 200; // characters left
const TYPES = new Set(["image/jpeg", "image/png", "image/webp", "application/pdf"]);

export class Composer {
  #write = document.getElementById("write");
  #left = document.getElementById("left");
  #attach = document.getElementById("attach");
  #sources = document.getElementById("sources");

  /** `onText(text)` and `onFile(file, refusal)`, where `refusal` says why it cannot be sent. */
  constructor({ onText, onFile }) {
    this.onText = onText;
    this.onFile = onFile;
    document.getElementById("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#write.addEventListener("keydown", (event) => this.#key(event));
    this.#write.addEventListener("input", () => this.#grow());
    document.addEventListener("language", () => this.#count());
    this.#watchFiles();
    this.#recall();
  }

  #key(event) {
    // While a syllable is being composed, Enter picks it: it must not send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.#write.value.trim();
    if (!text) return this.#write.focus();
    this.#write.value = "";
    this.#grow();
    this.#write.focus();
    this.onText(text.toWellFormed?.() ?? text);
  }

  #grow() {
    this.#write.style.blockSize = "auto";
    const borders = this.#write.offsetHeight - this.#write.clientHeight;
    this.#write.style.blockSize = `${this.#write.scrollHeight + borders}px`;
    this.#count();
    try {
      sessionStorage.setItem(KEPT_AS, this.#write.value);
    } catch {
      // Kept on the page alone then.
    }
  }

  #count() {
    const left = limits().text - this.#write.value.length;
    this.#left.hidden = left > TELL_FROM;
    this.#left.textContent = `${say("left")}: ${left}`;
  }

  #recall() {
    try {
      this.#write.value ||= sessionStorage.getItem(KEPT_AS) ?? "";
    } catch {
      return;
    }
    this.#grow();
  }

  #watchFiles() {
    const inputs = { camera: document.getElementById("camera"), file: document.getElementById("file") };
    this.#attach.addEventListener("click", () => {
      // A mouse has no camera to point: straight to the files.
      if (matchMedia("(pointer: coarse)").matches) this.#open(this.#sources.hidden);
      else inputs.file.click();
    });
    this.#sources.addEventListener("click", (event) => {
      const source = event.target.closest("[data-source]")?.dataset.source;
      if (!source) return;
      this.#open(false);
      inputs[source].click();
    });
    for (const input of Object.values(inputs)) {
      input.addEventListener("change", () => this.#take(input));
    }
    document.addEventListener("pointerdown", (event) => {
      if (!event.target.closest(".attach")) this.#open(false);
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.#sources.hidden) return;
      this.#open(false);
      this.#attach.focus();
    });
  }

  #open(open) {
    this.#sources.hidden = !open;
    this.#attach.setAttribute("aria-expanded", String(open));
    if (open) this.#sources.querySelector("button").focus({ focusVisible: false });
  }

  #take(input) {
    for (const file of input.files) this.onFile(file, refusal(file));
    input.value = "";
    this.#write.focus({ preventScroll: true });
  }
}

function refusal(file) {
  if (file.size === 0) return say("error.file.empty");
  if (file.size > limits().file) return say("error.file.large");
  // The server looks into the file itself; this only spares a phone a useless way.
  return file.type && !TYPES.has(file.type) ? say("error.file.kind") : null;
}
