// Requests to the server, the two ways in which they fail, and ids made here.
// Nothing is read from the page before a request is made.

/** No answer: the request may or may not have arrived, so it may be repeated. */
export class NoAnswer extends Error {
  constructor(retryAfter = 0) {
    super("no answer");
    this.retryAfter = retryAfter; // seconds
  }
}

/** The server said no, in words for staff. */
export class Refused extends Error {
  constructor(status, body) {
    super(body.error?.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = body.error?.code ?? "";
    this.body = body;
  }
}

/** The token as it is now: signing in again, perhaps in another tab, renews it. */
export function csrfToken() {
  const name = `${document.documentElement.dataset.csrfCookie}=`;
  const cookie = document.cookie.split("; ").find((one) => one.startsWith(name));
  return cookie?.slice(name.length) ?? "";
}

/** Let the page know whether a request was answered; a refusal is an answer. */
export function report(isAnswered) {
  document.dispatchEvent(new CustomEvent("answer", { detail: isAnswered }));
}

/** Request JSON; resolves with the content of a 2xx answer. */
export async function requestJson(url, { body, timeout = 4000 } = {}) {
  const options = {
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(timeout),
    credentials: "same-origin",
    cache: "no-cache",
  };
  if (body !== undefined) {
    options.method = "POST";
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
    options.headers["X-CSRFToken"] = csrfToken();
  }
  let response, content;
  try {
    response = await fetch(url, options);
    if (response.status >= 500) {
      throw new NoAnswer(Number(response.headers.get("Retry-After")) || 0);
    }
    content = await response.json();
  } catch (error) {
    report(false);
    throw error instanceof NoAnswer ? error : new NoAnswer();
  }
  report(true);
  if (!response.ok) throw new Refused(response.status, content);
  return content;
}

/** Request a fragment of a page; resolves with its HTML. */
export async function requestFragment(url, { signal } = {}) {
  let response, text;
  try {
    response = await fetch(url, {
      headers: { "HX-Request": "true" },
      signal: signal ?? AbortSignal.timeout(8000),
      credentials: "same-origin",
    });
    text = await response.text();
    if (response.status >= 500) throw new NoAnswer();
  } catch (error) {
    if (signal?.reason?.name === "AbortError") throw error;
    report(false);
    throw new NoAnswer();
  }
  report(true);
  if (response.status === 401) throw new Refused(401, {});
  return text;
}

/** A version 7 UUID (RFC 9562, section 5.7), by which a repeated request is known. */
export function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const milliseconds = Date.now();
  for (let i = 0; i < 6; i += 1) {
    bytes[i] = Math.floor(milliseconds / 2 ** (40 - 8 * i)) % 256;
  }
  bytes[6] = (bytes[6] & 0x0f) | 0x70; // version
  bytes[8] = (bytes[8] & 0x3f) | 0x80; // variant
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}
