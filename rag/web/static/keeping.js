// Runs in the conversation, in the card of a passage and in the room of notes: asking again, what
// is said of an answer, the passage behind a number, and the reader's own notes. The server redraws what lies inside as it likes.
const WAITS = 180; // milliseconds in which a pointer only passes over a number

if (element.closest("#talk")) {
  element.addEventListener("click", (event) => {
    const buttons = "[data-again], [data-edit], [data-thumb], [data-keep]";
    const pressed = event.target.closest(buttons);
    if (!pressed) return;
    const { again, edit, thumb, number, keep, kept } = pressed.dataset;
    if (keep) {
      trigger("keep", { number: Number(keep) });
      pressed.textContent = kept;
      pressed.setAttribute("aria-live", "polite");
    }
    if (again) trigger("again", { number: Number(again) });
    if (edit) openQuestion(pressed);
    if (thumb) trigger("report", { number: Number(number), kind: thumb });
  });
  element.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-report]");
    if (!form) return;
    event.preventDefault();
    const told = new FormData(form);
    const n = told.get("n");
    trigger("report", {
      number: Number(form.dataset.report),
      kind: told.get("kind"),
      words: told.get("words"),
      n: n ? Number(n) : null,
    });
    form.reset();
    form.closest("details").open = false;
  });
  pointAt();
}

// The question becomes a box in which it can be written otherwise.
function openQuestion(button) {
  const head = button.closest("h2");
  const { edit, question, send, cancel, branch } = button.dataset;
  const form = document.createElement("form");
  form.className = "again";
  const box = document.createElement("textarea");
  box.value = question;
  box.maxLength = 4000;
  box.rows = Math.min(6, Math.max(2, Math.ceil(question.length / 30)));
  box.setAttribute("aria-label", button.getAttribute("aria-label"));
  const told = document.createElement("p");
  told.className = "label";
  told.textContent = branch;
  const asks = document.createElement("button");
  asks.type = "submit";
  asks.textContent = send;
  const leaves = document.createElement("button");
  leaves.type = "button";
  leaves.textContent = cancel;
  const row = document.createElement("p");
  row.className = "row";
  row.append(asks, leaves);
  form.append(box, told, row);
  const close = () => {
    form.remove();
    head.hidden = false;
    button.focus({ preventScroll: true });
  };
  leaves.addEventListener("click", close);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target === box) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!box.value.trim()) return;
    form.remove();
    head.hidden = false;
    trigger("again", { number: Number(edit), question: box.value });
  });
  head.hidden = true;
  head.after(form);
  box.focus({ preventScroll: true });
}

// What is pointed at, or reached by the keyboard, has a card beside it: the passage behind a
// number, which is fetched, or a note of the reader's own, which lies in the page. One at a
// time: window.shuzhengCard is { of, shown, coming, leaving }.
function call(of, fetch) {
  if (window.shuzhengCard?.of !== of) {
    putAway();
    window.shuzhengCard = { of, shown: null, coming: 0, leaving: 0 };
  }
  const card = window.shuzhengCard;
  clearTimeout(card.leaving);
  if (!card.shown && !card.coming) card.coming = setTimeout(fetch, WAITS);
}

function show(shown) {
  const card = window.shuzhengCard;
  if (!card || !shown) return;
  card.shown = shown;
  shown.dataset.shown = "yes";
  const around = card.of.getClientRects()[0] ?? card.of.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = shown;
  const left = Math.min(around.left, window.innerWidth - width - 12);
  const above = around.top - height - 8;
  const below = card.of.getBoundingClientRect().bottom + 8;
  const low = Math.min(below, window.innerHeight - height - 12);
  shown.style.left = `${Math.max(12, left)}px`;
  shown.style.top = `${above > 8 ? above : Math.max(8, low)}px`;
  card.of.setAttribute("aria-describedby", shown.id);
}

function leaveCard() {
  const card = window.shuzhengCard;
  if (!card || card.shown?.contains(document.activeElement)) return;
  clearTimeout(card.coming);
  clearTimeout(card.leaving);
  card.coming = 0; // whoever comes back in time calls it again
  card.leaving = setTimeout(putAway, WAITS);
}

function putAway() {
  const card = window.shuzhengCard;
  if (!card) return;
  clearTimeout(card.coming);
  clearTimeout(card.leaving);
  if (card.of.matches(".cite")) card.of.removeAttribute("aria-describedby");
  card.shown?.removeAttribute("data-shown");
  window.shuzhengCard = null;
}

function callPassage(cite) {
  if (cite.title) {
    cite.setAttribute("aria-label", `${cite.textContent} ${cite.title}`);
    cite.removeAttribute("title"); // the card says it better than the browser's own
  }
  call(cite, () => {
    window.shuzhengEmpty?.(); // what is the same as before would not be seen to come
    trigger("card", { place: cite.dataset.open });
  });
}

function callNote(mark) {
  call(mark, () => show(cardOf(mark)));
}

// A page may be open twice, beside an answer and in the room of reading.
function cardOf(mark) {
  const page = mark.closest("[data-book]") ?? document;
  return page.querySelector(`.card[data-own="${CSS.escape(mark.dataset.note)}"]`);
}

// A page that opens below a pointer at rest calls nothing.
const moves = (event) =>
  event.pointerType === "mouse" && (event.movementX !== 0 || event.movementY !== 0);

// A finger on a number opens the page, and no card; one on a note of his own, its card.
function pointAt() {
  element.addEventListener("pointermove", (event) => {
    const cite = event.target.closest(".cite[data-open]");
    if (cite && moves(event)) callPassage(cite);
  });
  element.addEventListener("pointerout", (event) => {
    const cite = event.target.closest(".cite[data-open]");
    if (cite && !cite.contains(event.relatedTarget)) leaveCard();
  });
  element.addEventListener("focusin", (event) => {
    const cite = event.target.closest(".cite[data-open]");
    if (cite?.matches(":focus-visible")) callPassage(cite);
  });
  element.addEventListener("focusout", leaveCard);
  element.addEventListener("click", (event) => event.target.closest(".cite") && putAway());
}

if (element.closest("#card")) {
  window.shuzhengEmpty = () => (props.value = "");
  watch("value", () => {
    const shown = element.querySelector(".card");
    if (shown && window.shuzhengCard?.of.dataset.open === shown.dataset.place) show(shown);
  });
  document.addEventListener("pointermove", (event) => {
    const mark = event.target.closest("[data-note]");
    if (mark && moves(event)) callNote(mark);
    if (event.target.closest(".card")) clearTimeout(window.shuzhengCard?.leaving);
  });
  document.addEventListener("pointerout", (event) => {
    const left = event.target.closest("[data-note], .card");
    if (left && !left.contains(event.relatedTarget)) leaveCard();
  });
  document.addEventListener("focusin", (event) => {
    const mark = event.target.closest("[data-note]");
    if (mark?.matches(":focus-visible")) callNote(mark);
    else if (event.target.closest(".card")) clearTimeout(window.shuzhengCard?.leaving);
    else if (!event.target.closest("#talk")) leaveCard();
  });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".card, [data-note]")) putAway();
  });
  document.addEventListener("click", (event) => {
    const mark = event.target.closest("[data-note]");
    if (mark && window.getSelection().isCollapsed) callNote(mark);
    const gone = event.target.closest(".card [data-discard]");
    if (gone) discard(gone);
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".card form[data-write]");
    if (form) write(event, form);
  });
  document.addEventListener(
    "keydown",
    (event) => {
      const mark = event.target.closest?.("[data-note]");
      if (event.key === "Enter" && mark) window.shuzhengOwn(mark.dataset.note);
      if (event.key !== "Escape" || !window.shuzhengCard?.shown) return;
      event.stopPropagation(); // the page beside an answer stays open
      const { of } = window.shuzhengCard;
      putAway();
      of.focus({ preventScroll: true });
      putAway(); // the focus may have called it again
    },
    true,
  );
  const scrolled = (event) => {
    const card = window.shuzhengCard;
    const inside = event.target.closest?.(".card") || card?.shown?.contains(document.activeElement);
    if (!card || inside) return;
    if (card.of !== document.activeElement) putAway();
    else if (card.shown) show(card.shown); // it goes with what the keyboard has reached
  };
  document.addEventListener("scroll", scrolled, true);
  // A note that was just made is opened to be written.
  window.shuzhengOwn = (id, tries = 30) => {
    const marks = [...document.querySelectorAll(`[data-note="${CSS.escape(id)}"]`)];
    const mark = marks.find((one) => one.offsetParent);
    if (!mark) {
      if (tries) setTimeout(() => window.shuzhengOwn(id, tries - 1), 100); // it is being drawn
      return;
    }
    putAway();
    window.shuzhengCard = { of: mark, shown: null, coming: 0, leaving: 0 };
    const shown = cardOf(mark);
    const fold = shown?.querySelector("details");
    if (fold) fold.open = true;
    show(shown);
    shown?.querySelector("textarea")?.focus({ preventScroll: true });
  };
}

if (element.closest("#own")) {
  element.addEventListener("click", (event) => {
    const gone = event.target.closest("[data-discard]");
    if (gone) discard(gone);
  });
  element.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-write]");
    if (form) write(event, form);
  });
}

if (element.closest("#notes-exporter")) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") element.querySelector("[data-close]")?.click();
  });
}

// The page that is open beside an answer is drawn anew with what has become of a note.
// Pages stay where they are scrolled to meanwhile.
function leafIsOpen() {
  window.shuzhengStay = Date.now();
  return Boolean(document.querySelector("#leaf .leaf"));
}

function write(event, form) {
  event.preventDefault();
  const words = form.elements.words.value;
  putAway();
  trigger("write", { note: form.dataset.write, words, leaf: leafIsOpen() });
  form.closest("details").open = false;
}

function discard(button) {
  if (button.textContent !== button.dataset.sure) {
    button.textContent = button.dataset.sure; // the second press deletes
    return;
  }
  putAway();
  trigger("discard", { note: button.dataset.discard, leaf: leafIsOpen() });
}
