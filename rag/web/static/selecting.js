// Runs in the menu of what is selected. Whatever shows a book's text has the book's id in
// data-book, and in it every stretch of the text is an element that says in data-at at which
// character of the book it begins. So a selection is a place, wherever it is made: it is sent
// as a Target ("12-40,52-60|book") with each of these events.
const EVENTS = ["choose", "note", "mark", "about"];
const SETTLED = 250; // milliseconds in which a selection no longer changes
let place = "";
let settling = 0;
let pressing = false;

// The server counts characters, a browser counts halves of the rarer ones.
const characters = (text) => Array.from(text).length;

function bookOf(node) {
  const holder = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  return holder?.closest("[data-book]") ?? null;
}

function placeOf(range, book) {
  const stretches = new Map(); // of the running text, and of each footnote: [start, end]
  for (const piece of book.querySelectorAll("[data-at]")) {
    if (!range.intersectsNode(piece)) continue;
    const chosen = document.createRange();
    chosen.selectNodeContents(piece);
    const before = chosen.cloneRange();
    if (range.compareBoundaryPoints(Range.START_TO_START, chosen) > 0) {
      chosen.setStart(range.startContainer, range.startOffset);
    }
    if (range.compareBoundaryPoints(Range.END_TO_END, chosen) < 0) {
      chosen.setEnd(range.endContainer, range.endOffset);
    }
    before.setEnd(chosen.startContainer, chosen.startOffset);
    const start = Number(piece.dataset.at) + characters(before.toString());
    const end = start + characters(chosen.toString());
    if (start === end) continue;
    const layer = piece.closest(".foot li") ?? book;
    const known = stretches.get(layer);
    stretches.set(layer, known ? [known[0], end] : [start, end]);
  }
  const spans = [...stretches.values()].slice(0, 64).map(([start, end]) => `${start}-${end}`);
  return spans.length ? `${spans.join(",")}|${book.dataset.book}` : "";
}

function hide() {
  place = "";
  delete element.dataset.selected;
}

function show(range) {
  const menu = element.querySelector(".chosen");
  if (!menu) return;
  element.dataset.selected = "yes";
  const around = range.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.min(Math.max(8, around.left), window.innerWidth - width - 8);
  const below = around.bottom + 8;
  const top = below + height < window.innerHeight ? below : around.top - height - 8;
  menu.style.left = `${left}px`;
  menu.style.top = `${Math.max(8, top)}px`;
}

function settle() {
  const selection = window.getSelection();
  const range = selection.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  const book = range && bookOf(range.commonAncestorContainer);
  const chosen = book ? placeOf(range, book) : "";
  if (!chosen) return hide();
  if (chosen === place) return show(range);
  place = chosen;
  element.querySelector("[data-copy]")?.setAttribute("disabled", "");
  show(range);
  trigger("choose", { place });
}

document.addEventListener("selectionchange", () => {
  clearTimeout(settling);
  if (!pressing) settling = setTimeout(settle, SETTLED);
});
document.addEventListener("pointerdown", (event) => {
  pressing = !element.contains(event.target);
});
for (const ended of ["pointerup", "pointercancel"]) {
  document.addEventListener(ended, () => {
    pressing = false;
    clearTimeout(settling);
    settling = setTimeout(settle, SETTLED);
  });
}
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || !place) return;
    event.stopPropagation(); // the page beside an answer stays open
    window.getSelection().removeAllRanges();
    hide();
  },
  true,
);
document.addEventListener("scroll", () => place && settle(), true); // it stays beside

// What is selected stays selected when the menu is pressed.
element.addEventListener("pointerdown", (event) => event.preventDefault());
element.addEventListener("mousedown", (event) => event.preventDefault());
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-chosen]");
  if (!pressed || !place || !EVENTS.includes(pressed.dataset.chosen)) return;
  // What is drawn anew of it is the page beside an answer, where one is open.
  window.shuzhengStay = Date.now();
  const leaf = Boolean(document.querySelector("#leaf .leaf"));
  trigger(pressed.dataset.chosen, { place, leaf });
  window.getSelection().removeAllRanges();
  hide();
});
watch("value", () => {
  const selection = window.getSelection();
  if (place && selection.rangeCount && !selection.isCollapsed) show(selection.getRangeAt(0));
});
