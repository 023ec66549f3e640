// The server's small HTML as elements: the few tags it means, everything else as its text.
// The server escapes already; this is the second lock on the same door.

const KEPT = new Set(["B", "I", "U", "S", "CODE", "PRE", "BLOCKQUOTE"]);
const OPENS = new Set(["https:", "mailto:", "tel:"]);

export function safely(html) {
  // A quote is a block: the line breaks around it would show as empty lines.
  const tight = html.replace(/\n+(?=<blockquote)/g, "").replace(/(<\/blockquote>)\n+/g, "$1");
  const parsed = new DOMParser().parseFromString(`<body>${tight}`, "text/html");
  const copied = document.createDocumentFragment();
  copy(parsed.body, copied);
  return copied;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      paragraphs(node.data, to);
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      const into = isFolded(node) ? folded(node) : (element(node) ?? to);
      copy(node, into);
      if (into !== to) to.append(into);
    }
  }
}

/** A quote that may be opened, with its heading first. */
function isFolded(node) {
  return node.matches("blockquote[expandable]") && node.firstChild?.nodeName === "B";
}

function folded(node) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  copy(node.firstChild, summary);
  node.firstChild.remove();
  node.firstChild?.replaceWith(node.firstChild.textContent.trim());
  details.append(summary);
  return details;
}

function element(node) {
  if (KEPT.has(node.tagName)) return document.createElement(node.tagName);
  if (node.tagName !== "A" || !opens(node.getAttribute("href"))) return null;
  const link = document.createElement("a");
  link.href = node.getAttribute("href");
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  return link;
}

// A new line stands a little apart from a line that merely wrapped; a paragraph more so.
function paragraphs(text, to) {
  for (const part of text.split(/(\n+)/)) {
    if (!part.startsWith("\n")) to.append(part);
    else to.append(gap(part.length > 1 ? "gap" : "line"));
  }
}

function gap(className) {
  return Object.assign(document.createElement("span"), { className });
}

/** Whether a link of ours may open that address. */
export function opens(address) {
  try {
    return OPENS.has(new URL(address).protocol);
  } catch {
    return false;
  }
}
