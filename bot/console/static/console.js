// Keys for fast work, one percent in two fields, and forms that go off once.
// Without this file every page still works: it adds nothing that a link or button does not do.
"use strict";

const rows = () => [...document.querySelectorAll("a[data-go]")];

function move(step) {
  const links = rows();
  if (!links.length) return;
  const at = links.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
}

const writing = (element) =>
  element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (writing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const does = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => document.getElementById("find")?.focus(),
    t: () => document.querySelector("[data-take]")?.focus(),
    g: () => document.getElementById("percent")?.select(),
    n: () => document.querySelector("[data-next]")?.click(),
    u: () => document.querySelector("[data-back]")?.click(),
  }[event.key];
  if (does) {
    event.preventDefault();
    does();
  }
});

// The slider and the number show the same percent; the number is what is sent.
document.addEventListener("input", (event) => {
  const mirror = event.target.dataset.mirror;
  if (!mirror) return;
  const number = document.getElementById("percent");
  const slider = number.form.querySelector("[type=range]");
  if (mirror === "percent") {
    number.value = slider.value;
    number.dispatchEvent(new Event("input"));
  } else {
    slider.value = number.value;
  }
});

// A form that is on its way is not sent twice; the server would not do it twice either.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// A page taken from the browser's cache after signing out must not show what it held.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// A conversation opens at its end, and stays there when it grows.
function toTheEnd() {
  document.querySelectorAll("ol.chat").forEach((chat) => {
    chat.scrollTop = chat.scrollHeight;
  });
}
document.addEventListener("DOMContentLoaded", toTheEnd);
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "talk") toTheEnd();
});
