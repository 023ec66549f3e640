// Where the reader is: new messages come into view without moving what is being read.

const NEAR = 80; // pixels from the end that still count as being there
const AIR = 12;

export class Room {
  #room;
  #newer;
  #following = true;

  constructor(room, newer) {
    this.#room = room;
    this.#newer = newer;
    room.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    room.addEventListener("grown", () => this.#following && this.toEnd());
    newer.addEventListener("click", () => this.toEnd());
    // Who opens a fold reads on from there, wherever the end moves to.
    room.addEventListener("click", (event) => {
      if (event.target.closest("summary")) this.#following = false;
    });
    // Pictures, keyboards and turned phones change the height: who was at the end stays there.
    const watch = new ResizeObserver(() => this.#following && this.toEnd());
    watch.observe(room);
    watch.observe(room.querySelector("#log"));
    keepAboveKeyboard();
  }

  toEnd() {
    this.#room.scrollTop = this.#room.scrollHeight;
    this.#follow(true);
  }

  /** Shows what came: from its beginning when it is longer than the room. */
  show(element, { asked }) {
    if (!asked && !this.#following) {
      this.#news(true);
      return;
    }
    const end = this.#room.scrollHeight - this.#room.clientHeight;
    const top = element.getBoundingClientRect().top - this.#room.getBoundingClientRect().top;
    const start = this.#room.scrollTop + top - AIR;
    this.#room.scrollTop = Math.min(start, end);
    this.#follow(start >= end);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#room;
    this.#follow(scrollHeight - scrollTop - clientHeight < NEAR);
  }

  // Whoever is not at the end has a button that leads there; it tells when something came.
  #follow(following) {
    this.#following = following;
    this.#newer.hidden = following;
    if (following) this.#news(false);
  }

  #news(some) {
    const [end, newer] = this.#newer.querySelectorAll("span");
    end.hidden = some;
    newer.hidden = !some;
  }
}

// Safari lays its keyboard over the page; what is left is the visual viewport.
function keepAboveKeyboard() {
  const view = window.visualViewport;
  view?.addEventListener("resize", () => {
    if (view.scale !== 1) return;
    document.documentElement.style.setProperty("--height", `${view.height}px`);
    window.scrollTo(0, 0);
  });
}
