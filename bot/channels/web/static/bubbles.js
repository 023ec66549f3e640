// One message as elements: speaker, words, picture, choices, time.

import { clockTime } from "./moments.js";
import { opens, safely } from "./safe.js";
import { made, say } from "./words.js";

// What the page's own buttons send, and the word that stands on them.
const COMMANDS = new Map([
  ["/help", "menu"],
  ["/language", "language"],
]);
// What the page sends by itself; nobody said it.
export const GREETING = "/start";
export const PROVING = "/prove";

export const isUnsaid = (text) => text === GREETING || text === PROVING;

const SPEAKERS = { me: "you", reprieve: "assistant", person: "person" };

/** A bubble for `message` (as the API writes it). */
export function bubble(message) {
  const element = made("message-template");
  element.classList.add(message.from);
  const speaker = element.querySelector(".speaker");
  speaker.dataset.word = SPEAKERS[message.from];
  speaker.textContent = say(SPEAKERS[message.from]);
  fill(element, message);
  return element;
}

/** Puts `message` into a bubble, instead of what it says. */
export function fill(element, message) {
  element.classList.toggle("with-picture", message.picture !== null);
  element.querySelector(".text").replaceChildren(words(message));
  element.querySelector(".picture")?.remove();
  element.querySelector(".paper")?.remove();
  if (message.paper) element.querySelector(".text").after(paper(message.paper));
  if (message.picture) element.querySelector(".text").after(picture(message.picture));
  element.querySelector(".rows").replaceChildren(...message.buttons.map(row));
  const time = element.querySelector(".bubble > time");
  time.dateTime = message.at;
  time.textContent = clockTime(new Date(message.at));
}

export function picture({ url, alt }) {
  const element = made("picture-template");
  const image = element.querySelector("img");
  image.alt = alt;
  image.src = url;
  return element;
}

function paper({ url, name }) {
  const element = made("paper-template");
  element.href = url;
  element.download = name;
  element.querySelector(".name").textContent = name;
  return element;
}

/** The word of a command as the page's buttons show it; other texts as they are. */
export function shownText(text) {
  return COMMANDS.has(text) ? say(COMMANDS.get(text)) : text;
}

function words(message) {
  if (message.from === "me" && COMMANDS.has(message.text)) {
    const word = document.createElement("span");
    word.dataset.word = COMMANDS.get(message.text);
    word.textContent = shownText(message.text);
    return word;
  }
  return safely(message.html);
}

function row(choices) {
  const element = document.createElement("div");
  element.className = "row";
  element.append(...choices.map(chip));
  return element;
}

function chip({ id, label, url }) {
  if (url && opens(url)) {
    const link = document.createElement("a");
    return Object.assign(link, {
      className: "chip", href: url, target: "_blank", rel: "noopener noreferrer", textContent: label,
    });
  }
  const button = document.createElement("button");
  button.dataset.choice = id;
  return Object.assign(button, { type: "button", className: "chip", textContent: label });
}
