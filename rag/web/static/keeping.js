// Runs in the conversation and in the card of a passage: asking again, what is said of an
// answer, and the passage behind a number. The server redraws what lies inside as it likes.
const WAITS = 180; // milliseconds in which a pointer only passes over a number

if (element.closest("#talk")) {
  element.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-again], [data-edit], [data-thumb]");
    if (!pressed) return;
    const { again, edit, thumb, number } = pressed.dataset;
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

// A number that is pointed at, or reached by the keyboard, calls its card; a finger opens the page.
function pointAt() {
  const reach = (cite) => {
    if (cite.title) {
      cite.setAttribute("aria-label", `${cite.textContent} ${cite.title}`);
      cite.removeAttribute("title"); // the card says it better than the browser's own
    }
    clearTimeout(window.shuzhengCard?.leaving);
    const card = (window.shuzhengCard = { cite, coming: 0, leaving: 0 });
    card.coming = setTimeout(() => trigger("card", { place: cite.dataset.open }), WAITS);
  };
  element.addEventListener("pointerover", (event) => {
    const cite = event.target.closest(".cite[data-open]");
    if (cite && event.pointerType === "mouse" && window.shuzhengCard?.cite !== cite) reach(cite);
  });
  element.addEventListener("pointerout", (event) => {
    const cite = event.target.closest(".cite[data-open]");
    if (cite && !cite.contains(event.relatedTarget)) leaveCard();
  });
  element.addEventListener("focusin", (event) => {
    const cite = event.target.closest(".cite[data-open]");
    if (cite?.matches(":focus-visible")) reach(cite);
  });
  element.addEventListener("focusout", leaveCard);
  element.addEventListener("click", () => putAway());
}

function leaveCard() {
  const card = window.shuzhengCard;
  if (!card) return;
  clearTimeout(card.coming);
  clearTimeout(card.leaving);
  card.leaving = setTimeout(putAway, WAITS);
}

function putAway() {
  const card = window.shuzhengCard;
  if (!card) return;
  clearTimeout(card.coming);
  card.cite.removeAttribute("aria-describedby");
  document.querySelector("#card .card")?.removeAttribute("data-shown");
  window.shuzhengCard = null;
}

if (element.closest("#card")) {
  element.addEventListener("pointerover", () => clearTimeout(window.shuzhengCard?.leaving));
  element.addEventListener("pointerout", (event) => {
    if (!element.contains(event.relatedTarget)) leaveCard();
  });
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !element.querySelector("[data-shown]")) return;
      event.stopPropagation(); // the page beside an answer stays open
      putAway();
    },
    true,
  );
  document.addEventListener("scroll", (event) => {
    if (!element.contains(event.target)) putAway();
  }, true);
  watch("value", () => {
    const shown = element.querySelector(".card");
    const cite = window.shuzhengCard?.cite;
    if (!shown || cite?.dataset.open !== shown.dataset.place) return;
    shown.dataset.shown = "yes";
    const mark = cite.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = shown;
    const left = Math.min(mark.left, window.innerWidth - width - 12);
    const above = mark.top - height - 8;
    shown.style.left = `${Math.max(12, left)}px`;
    shown.style.top = `${above > 8 ? above : mark.bottom + 8}px`;
    cite.setAttribute("aria-describedby", shown.id);
  });
}
