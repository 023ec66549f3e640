// What the page says. It comes from the server as a whole, and changes as a whole when the
// chat's language does.

let page = JSON.parse(document.getElementById("page").textContent);

export const say = (name) => page.words[name];
export const language = () => page.lang;
export const limits = () => ({ text: page.text_limit, file: page.file_limit });

/** Speaks the chat's language from now on; `language` is the tag the server answered with. */
export async function speak(tag) {
  if (!tag || tag === page.lang) return;
  const response = await fetch("/chat/api/page", { cache: "no-store" });
  if (!response.ok) return;
  page = await response.json();
  put(document);
  document.documentElement.lang = page.lang;
  document.documentElement.dir = page.dir;
  document.title = say("title");
  document.dispatchEvent(new Event("language"));
}

/** Fills every part of `root` that names its words; what it has no words for stays. */
export function put(root) {
  for (const part of root.querySelectorAll("[data-word]")) {
    part.textContent = say(part.dataset.word) ?? part.textContent;
  }
  for (const part of root.querySelectorAll("[data-word-label]")) {
    part.setAttribute("aria-label", say(part.dataset.wordLabel));
  }
  for (const part of root.querySelectorAll("[data-word-placeholder]")) {
    part.placeholder = say(part.dataset.wordPlaceholder);
  }
}

/** A copy of a template's first element, in words. */
export function made(template) {
  const copy = document.getElementById(template).content.cloneNode(true);
  put(copy);
  return copy.firstElementChild;
}
