// Requests to the server, and the two ways in which they fail.

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

/** Ask for JSON. Resolves with what a 2xx answer holds. */
export async function ask(url, { body, timeout = 4000 } = {}) {
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
    throw error instanceof NoAnswer ? error : new NoAnswer();
  }
  if (!response.ok) throw new Refused(response.status, content);
  return content;
}

/** Ask for a piece of page. */
export async function fragment(url, { signal } = {}) {
  let response, text;
  try {
    response = await fetch(url, {
      headers: { "HX-Request": "true" },
      signal: signal ?? AbortSignal.timeout(8000),
      credentials: "same-origin",
    });
    text = await response.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new NoAnswer();
  }
  if (response.status >= 500) throw new NoAnswer();
  if (response.status === 401) throw new Refused(401, {});
  return text;
}
