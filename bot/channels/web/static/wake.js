// Being told that the chat has grown: server-sent events, and a look whenever the page comes back.

const SLOW = 20_000;

/** Calls `look` whenever there may be something new; `seen` tells the last seq known here. */
export class Wake {
  #look;
  #seen;
  #source = null;
  #timer = null;

  constructor({ look, seen }) {
    this.#look = look;
    this.#seen = seen;
    document.addEventListener("visibilitychange", () => this.#shown());
    addEventListener("pageshow", (event) => event.persisted && this.#shown());
    addEventListener("online", () => this.#shown());
  }

  /** Listens from now on; again after the chat became another one. */
  listen() {
    this.#source?.close();
    clearTimeout(this.#timer);
    this.#source = new EventSource(`/chat/api/events?after=${this.#seen()}`);
    this.#source.addEventListener("wake", (event) => {
      if (Number(event.data) > this.#seen()) this.#look();
    });
    this.#source.addEventListener("error", () => this.#lost());
  }

  #lost() {
    // The browser comes back by itself, except after an answer that was no stream.
    if (this.#source.readyState !== EventSource.CLOSED) return;
    this.#timer = setTimeout(() => {
      this.#look();
      this.listen();
    }, SLOW);
  }

  #shown() {
    if (document.visibilityState !== "visible" || this.#source === null) return;
    this.#look();
    if (this.#source.readyState === EventSource.CLOSED) this.listen();
  }
}
