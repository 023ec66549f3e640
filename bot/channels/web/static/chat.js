// The chat page: what is written goes to the outbox, what the server says goes to the log.

import { Declined, Unreachable, messagesAfter } from "./api.js";
import { GREETING, PROVING } from "./bubbles.js";
import { Composer } from "./composer.js";
import { Log } from "./log.js";
import { Outbox } from "./outbox.js";
import { Room } from "./room.js";
import { Unsent } from "./unsent.js";
import { enlargePicturesOf } from "./viewer.js";
import { Wake } from "./wake.js";
import { made, speak } from "./words.js";

const RETRY = 3_000; // milliseconds
const MOST = 500; // messages in one answer

const roomElement = document.getElementById("room");
const logElement = document.getElementById("log");
const log = new Log(logElement);
const outbox = new Outbox(() => seq);
const unsent = new Unsent(outbox);
const room = new Room(roomElement, document.getElementById("newer"));
const wake = new Wake({ look: refresh, seen: () => seq });

let seq = 0;
let chat = null;
let hidden = 0;
let loaded = false;
let looking = false;
let lookAgain = false;

outbox.addEventListener("tried", refresh);
outbox.addEventListener("change", markChosen);

new Composer({
  onText: (text) => say({ kind: "text", value: text }),
  onFile: (file, refusal) => {
    const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
    const fate = refusal ? { state: "declined", words: refusal } : {};
    say({ kind: "upload", file, shown: file.name, preview, ...fate });
  },
});
document.getElementById("menu").addEventListener("click", () => say({ kind: "text", value: "/help" }));
document.getElementById("language").addEventListener("click", () => {
  say({ kind: "text", value: "/language" });
});
logElement.addEventListener("click", (event) => press(event.target.closest("button.chip")));
enlargePicturesOf(roomElement);
unsent.draw();
refresh();

function say(item) {
  outbox.add(item);
  room.toEnd();
}

function press(button) {
  if (!button || button.getAttribute("aria-disabled") === "true") return;
  if (!button.dataset.choice) return say({ kind: "text", value: PROVING, silent: true });
  outbox.add({ kind: "button", value: button.dataset.choice, shown: button.textContent });
}

/** A choice on its way cannot be pressed again until it got there. */
function markChosen() {
  const pressed = outbox.items.filter((item) => item.kind === "button").map((item) => item.value);
  for (const chip of logElement.querySelectorAll("[data-choice]")) {
    const onItsWay = pressed.includes(chip.dataset.choice);
    if (onItsWay) choose(chip);
    if (onItsWay) chip.setAttribute("aria-disabled", "true");
    else chip.removeAttribute("aria-disabled");
  }
}

function choose(chip) {
  for (const other of chip.closest(".rows").querySelectorAll(".chosen")) {
    other.classList.remove("chosen");
  }
  chip.classList.add("chosen");
}

/** Brings the log up to date: one look at a time, and none while something is being sent. */
async function refresh() {
  if (outbox.sending) return;
  lookAgain = true;
  if (looking) return;
  looking = true;
  while (lookAgain) {
    lookAgain = false;
    await look();
  }
  looking = false;
}

async function look() {
  const sent = outbox.sent;
  try {
    const found = await messagesAfter(seq);
    if (isAnother(found)) startOver(found);
    else await take(found, sent);
  } catch (error) {
    if (!(error instanceof Unreachable || error instanceof Declined)) throw error;
    setTimeout(refresh, error.wait ? error.wait * 1000 : RETRY);
  }
}

function isAnother(found) {
  return chat !== null && (found.chat !== chat || found.hidden !== hidden);
}

function startOver(found) {
  log.clear();
  logElement.setAttribute("aria-busy", "true");
  ({ chat, hidden } = found);
  seq = 0;
  loaded = false;
  lookAgain = true;
}

/** Shows what was found; `sent` is what the server had accepted before it was asked. */
async function take({ messages, language, ...about }, sent) {
  const opened = about.chat !== null && (chat === null || !loaded);
  ({ chat, hidden } = about);
  outbox.belongsTo(chat);
  await speak(language);
  if (messages.length) show(messages, sent);
  else if (log.empty) greet();
  outbox.settle(sent.filter((item) => !item.held));
  loaded = true;
  logElement.setAttribute("aria-busy", "false");
  if (opened) wake.listen();
  outbox.start();
}

function show(messages, sent) {
  if (log.empty) log.show(...(hidden ? [note()] : []));
  const first = log.add(messages, { arriving: loaded, sent: [...sent] });
  seq = messages.at(-1).seq;
  lookAgain ||= messages.length >= MOST;
  outbox.settle(sent);
  if (loaded && first) room.show(first, { asked: sent.length > 0 });
  else room.toEnd();
}

/** Tells that earlier messages are hidden, where the conversation has gone on. */
function note() {
  const card = made("hidden-template");
  card.querySelector("button").remove();
  return card;
}

/** Nothing to show: a chat not begun is begun; one that is hidden says so. */
function greet() {
  if (hidden) log.show(made("hidden-template"));
  else outbox.add({ id: "start", kind: "text", value: GREETING, silent: true });
}
