// Public ids, made here before the server first hears of what they name.

/** A version 7 UUID (RFC 9562, section 5.7). Needs no secure context. */
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
