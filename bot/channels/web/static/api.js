// The chat's HTTP API. Two things can go wrong: nobody answers, or the answer is no.

const PATIENCE = 30_000;

/** Nobody answered, or the server is in trouble: the same request again may work. */
export class Unreachable extends Error {}

/** The server said no, in words for the person; `wait` are the seconds after which to try again. */
export class Declined extends Error {
  constructor(words, wait) {
    super(words);
    this.wait = wait;
  }
}

/** Sends `{id, text | button | upload}`; the same id again has one effect. */
export async function send(message) {
  const response = await ask("/chat/api/messages", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(message),
  });
  return read(response);
}

/** The messages after `seq`, and which chat they are of, in which language, hidden until where. */
export async function messagesAfter(seq) {
  const response = await ask(`/chat/api/messages?after=${seq}`);
  return {
    messages: await read(response),
    chat: response.headers.get("Reprieve-Chat"),
    hidden: Number(response.headers.get("Reprieve-Hidden") ?? 0),
    language: response.headers.get("Content-Language"),
  };
}

/** Hands in a file, telling how far it is (0 to 1); answers its id. */
export function handIn(file, progress) {
  // Not fetch: only this tells how much has gone out.
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", "/chat/api/uploads");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(event.loaded / event.total);
    });
    request.addEventListener("error", () => reject(new Unreachable()));
    request.addEventListener("abort", () => reject(new Unreachable()));
    request.addEventListener("load", () => {
      if (request.status === 201 && request.response) resolve(request.response.upload);
      else reject(no(request.status, request.response, request.getResponseHeader("Retry-After")));
    });
    request.send(form);
  });
}

async function ask(path, options = {}) {
  let response;
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    response = await fetch(path, { cache: "no-store", signal, ...options });
  } catch {
    throw new Unreachable();
  }
  if (response.ok) return response;
  const body = await response.json().catch(() => null);
  throw no(response.status, body, response.headers.get("Retry-After"));
}

// Something between us and the server may answer in its place, such as a hotel's login page.
async function read(response) {
  try {
    return await response.json();
  } catch {
    throw new Unreachable();
  }
}

function no(status, body, retryAfter) {
  if (status >= 500) return new Unreachable();
  return new Declined(body?.message, retryAfter === null ? null : Number(retryAfter));
}
