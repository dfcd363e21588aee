// Windows: what those of one browser tell each other: that it is locked, open or in use.
const channel = new BroadcastChannel("tillkeeper");

export const tell = (what) => channel.postMessage({ what, at: Date.now() });

/** ``act(age)`` on what another window tells; ``age`` in ms: a sleeping window hears late. */
export function listen(what, act) {
  channel.addEventListener("message", ({ data }) => data.what === what && act(Date.now() - data.at));
}
