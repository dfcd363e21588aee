// Overlaps: finds controls and texts of a page that lie over one another, texts that come
// out of their box, and texts that are cut off. A name may end in an ellipsis, an amount
// may not, and it is not broken into two lines either.
() => {
  const CONTROLS = "button, a[href], input:not([type=hidden]), select, textarea, summary";
  const AMOUNT = /^[^\d\s]*\d[\d.,]*$/;
  const HAS_AMOUNT = /\d[.,]\d/;
  const found = new Set();
  const top = document.querySelector("dialog:modal") ?? document.body;

  const nameOf = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 80);
  const hides = (overflow) => ["hidden", "clip"].includes(overflow);
  const scrolls = (overflow) => ["auto", "scroll"].includes(overflow);
  const hasSize = ({ left, top, right, bottom }) => right - left > 1 && bottom - top > 1;
  const meet = (a, b) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1;
  /** An element and all around it, from the inside, up to the dialog or the page. */
  function* around(element) {
    for (let one = element; one && one !== top.parentElement; one = one.parentElement) yield one;
  }
  // An opened menu, and what stays in sight of a page that is scrolled, lie over the rest
  // on purpose.
  const isSticky = (element) => getComputedStyle(element).position === "sticky";
  const layerOf = (element) =>
    element.closest(".menu .panel") ?? [...around(element)].find(isSticky);

  function isSeen(element) {
    const properties = { visibilityProperty: true, opacityProperty: true };
    if (!element.checkVisibility(properties)) return false;
    // What is clipped away is said to screen readers only.
    return [...around(element)].every(
      (one) => !one.inert && getComputedStyle(one).clipPath === "none",
    );
  }

  /** The part of a box that scrolled and cut surroundings leave. */
  function visiblePart({ left, top, right, bottom }, element) {
    const part = { left, top, right, bottom };
    for (const one of around(element)) {
      const { overflowX, overflowY } = getComputedStyle(one);
      const edge = one.getBoundingClientRect();
      if (overflowX !== "visible") {
        part.left = Math.max(part.left, edge.left);
        part.right = Math.min(part.right, edge.right);
      }
      if (overflowY !== "visible") {
        part.top = Math.max(part.top, edge.top);
        part.bottom = Math.min(part.bottom, edge.bottom);
      }
    }
    return part;
  }

  /** Report every two that meet, of those that can be seen. */
  function findMeeting(things, describe) {
    const shown = things
      .map((thing) => ({ ...thing, box: visiblePart(thing.box, thing.holder ?? thing.element.parentElement) }))
      .filter(({ box }) => hasSize(box))
      .map((thing) => ({ ...thing, layer: layerOf(thing.element) }));
    shown.forEach((one, index) => {
      for (const other of shown.slice(index + 1)) {
        const isWithin = one.element.contains(other.element);
        if (isWithin || one.layer !== other.layer) continue;
        if (meet(one.box, other.box)) found.add(describe(one, other));
      }
    });
  }

  function findControls() {
    return [...top.querySelectorAll(CONTROLS)]
      .filter(isSeen)
      // The button in the corner of a field, for which the field leaves room.
      .filter((element) => !element.matches(".with-button .button"))
      .map((element) => ({ element, box: element.getBoundingClientRect() }));
  }

  /** Each line of each text, without its leading, which may lie over its neighbour's. */
  function* findLines() {
    const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.data.trim();
      if (!text || element.matches("option") || !isSeen(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      const lines = [...range.getClientRects()];
      const rows = new Set(lines.map((line) => Math.round(line.top)));
      if (AMOUNT.test(text) && rows.size > 1) found.add(`broken: "${text}"`);
      const size = parseFloat(getComputedStyle(element).fontSize);
      for (const { left, right, top, bottom, height } of lines) {
        const spare = Math.max(0, (height - size) / 2);
        const box = { left, right, top: top + spare, bottom: bottom - spare };
        if (hasSize(box)) yield { element, holder: element, text, box };
      }
    }
  }

  /** Pictures; a number on one of them is there on purpose. */
  function findPictures() {
    return [...top.querySelectorAll("svg, img")]
      .filter((element) => isSeen(element) && !element.closest(".paper, :has(> .badge)"))
      .map((element) => ({ element, text: "picture", box: element.getBoundingClientRect() }));
  }

  /** Report a text outside a box that is seen as one: a control, a frame, a colour. */
  function findComingOut({ element, text, box }) {
    for (const one of around(element)) {
      const style = getComputedStyle(one);
      if (style.overflowX !== "visible" || style.position === "absolute") return;
      const isBox =
        one.matches(`${CONTROLS}, label, td, th`) ||
        parseFloat(style.borderLeftWidth) > 0 ||
        style.backgroundColor !== "rgba(0, 0, 0, 0)";
      if (!isBox) continue;
      const edge = one.getBoundingClientRect();
      const least = one.matches("button") ? 4 : 0;
      const left = edge.left + Math.max(parseFloat(style.paddingLeft), least);
      const right = edge.right - Math.max(parseFloat(style.paddingRight), least);
      const isOutside = box.left < left - 2 || box.right > right + 2;
      if (isOutside || box.top < edge.top - 1 || box.bottom > edge.bottom + 1) {
        found.add(`comes out: "${text}" of ${nameOf(one)}`);
      }
    }
  }

  function findCut({ element, text, box }) {
    for (const one of around(element)) {
      const { overflowX, overflowY, textOverflow, webkitLineClamp } = getComputedStyle(one);
      const edge = one.getBoundingClientRect();
      const isWider = box.right > edge.right + 1 || box.left < edge.left - 1;
      const isHigher = box.bottom > edge.bottom + 1 || box.top < edge.top - 1;
      const mayBeCut = textOverflow === "ellipsis" && !HAS_AMOUNT.test(text);
      const isCut =
        (isWider && hides(overflowX) && !mayBeCut) ||
        (isHigher && hides(overflowY) && webkitLineClamp === "none");
      if (isCut) found.add(`cut off: "${text}" in ${nameOf(one)}`);
      if (scrolls(overflowX) || scrolls(overflowY)) return;
    }
  }

  function findCutFields() {
    for (const field of top.querySelectorAll("input, select")) {
      const isCut = field.value && field.scrollWidth > field.clientWidth + 1;
      if (isCut && isSeen(field)) found.add(`cut off: "${field.value}" in ${nameOf(field)}`);
    }
  }

  const lines = [...findLines()];
  lines.forEach(findComingOut);
  lines.forEach(findCut);
  findCutFields();
  findMeeting(
    findControls(),
    (one, other) => `over one another: ${nameOf(one.element)}, ${nameOf(other.element)}`,
  );
  findMeeting(
    [...lines, ...findPictures()],
    (one, other) => `over one another: "${one.text}", "${other.text}"`,
  );
  return [...found];
}
