// Camera: reads barcodes by the device's camera, for as long as its picture is shown. It types
// what it has read as a scanner does, so that a code goes wherever a scan would go.
const FORMATS = ["ean_13", "ean_8", "upc_a", "upc_e", "code_128", "code_39", "itf", "qr_code", "data_matrix"];
const LOOK_EVERY_MS = 120;
// A code that stays before the camera is read once; taken away for so long, once more.
const GONE_AFTER_MS = 1200;

const field = document.querySelector(".scan-field");
const template = document.querySelector("[data-camera]");

function offer(detector) {
  const [button, picture] = template.content.cloneNode(true).children;
  const camera = new Camera(detector, button, picture);
  field.after(button);
  field.closest(".top-bar").after(picture);
  button.addEventListener("click", () => {
    if (camera.isOn) camera.stop();
    else camera.start().catch(() => camera.stop(true));
  });
  // Where the picture is not seen, nothing is scanned.
  document.addEventListener("pane", () => picture.offsetParent ?? camera.stop());
}

class Camera {
  #stream = null;
  #last = "";
  #seenAt = 0;

  constructor(detector, button, picture) {
    Object.assign(this, { detector, button, picture });
    this.video = picture.querySelector("video");
  }

  get isOn() {
    return this.button.ariaPressed === "true";
  }

  async start() {
    this.button.ariaPressed = "true";
    this.#say("");
    this.picture.hidden = false;
    const video = { facingMode: "environment", width: { ideal: 1280 } };
    this.#stream = await navigator.mediaDevices.getUserMedia({ video });
    if (!this.isOn) return this.stop();
    this.video.srcObject = this.#stream;
    await this.video.play();
    this.#look();
  }

  /** The picture goes, but for a refusal, which is read. */
  stop(isRefused = false) {
    this.button.ariaPressed = "false";
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = this.video.srcObject = null;
    this.picture.hidden = !isRefused;
    this.#say(isRefused ? this.picture.dataset.refused : "");
  }

  #say(text) {
    this.picture.querySelector("[role=status]").textContent = text;
  }

  async #look() {
    while (this.isOn) {
      const [found] = await this.detector.detect(this.video).catch(() => []);
      if (this.isOn && found) this.#read(found.rawValue);
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  #read(code) {
    const now = performance.now();
    const isSame = code === this.#last && now - this.#seenAt < GONE_AFTER_MS;
    this.#last = code;
    this.#seenAt = now;
    if (isSame) return;
    navigator.vibrate?.(60);
    this.#say(code);
    type(code);
  }
}

/** Press the keys of a scanner: at one moment, with Enter at the end. */
function type(code) {
  for (const key of [...code, "Enter"]) {
    const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
    (document.activeElement ?? document.body).dispatchEvent(event);
  }
}

const known = await BarcodeDetector.getSupportedFormats();
const formats = FORMATS.filter((format) => known.includes(format));
if (formats.length) offer(new BarcodeDetector({ formats }));
