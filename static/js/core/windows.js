// Windows: what those of one browser tell each other: that it is locked, open or in use.
const channel = new BroadcastChannel("tillkeeper");

export const tell = (what, at = Date.now()) => channel.postMessage({ what, at });

/** ``act(at)`` on what another window tells was so then; a sleeping window hears late. */
export function listen(what, act) {
  channel.addEventListener("message", ({ data }) => data.what === what && act(data.at));
}
