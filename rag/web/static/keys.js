// Runs once, at the end of the head: light or dark, and the keys.
const card = () => element.querySelector("dialog");
const kept = (name) => localStorage.getItem(`shuzheng.${name}`);

// Gradio turns dark with the system, by a class of the body; what was chosen here holds over it.
const system = window.matchMedia("(prefers-color-scheme: dark)");
function shade() {
  const chosen = kept("theme") ?? "system";
  const printed = window.matchMedia("print").matches;
  const dark = !printed && (chosen === "dark" || (chosen === "system" && system.matches));
  for (const one of [document.documentElement, document.body]) one.classList.toggle("dark", dark);
  const select = element.querySelector("[data-theme]");
  if (select) select.value = chosen;
  const single = element.querySelector("[data-single]");
  if (single) single.checked = kept("keys") !== "off";
}
system.addEventListener("change", () => setTimeout(shade));
watch("value", () => setTimeout(shade));
shade();
setTimeout(shade); // Gradio sets its own when the page is there

// Paper is white.
window.matchMedia("print").addEventListener("change", shade);

element.addEventListener("change", (event) => {
  const { target } = event;
  if (target.matches("[data-theme]")) localStorage.setItem("shuzheng.theme", target.value);
  if (target.matches("[data-single]")) {
    localStorage.setItem("shuzheng.keys", target.checked ? "on" : "off");
  }
  shade();
});
element.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) card().showModal();
  if (event.target.closest("[data-shut]") || event.target === card()) card().close();
});

const shown = (one) => one.checkVisibility({ visibilityProperty: true });
const seen = (selector) => [...document.querySelectorAll(selector)].filter(shown);
const LISTED = '[role="tabpanel"] :is(.hit, button.source, .welcome li button, .past)';
const BOX =
  '[role="tabpanel"] :is(#question textarea, #words input, #chronology_words input, ' +
  '#index_words input, input[type="search"], input[type="text"]:not([role]), textarea)';

function move(event, step) {
  const all = seen(LISTED);
  const here = all.indexOf(event.target.closest(LISTED));
  const from = event.target.matches("#words input, #chronology_words input, #index_words input");
  if (here < 0 && !(from && step > 0)) return;
  const next = all[here + step];
  if (next) next.focus();
  else if (step < 0) seek();
  event.preventDefault();
}
function seek() {
  const boxes = seen(BOX).filter((one) => !one.closest(".sidebar"));
  (boxes.find((one) => one.closest("#question, #words")) ?? boxes[0])?.focus();
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  // Whoever writes by an input method has the keys to himself, and so do the browser's own.
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (event.ctrlKey || event.altKey || event.metaKey || card()?.open) return;
  if (key === "ArrowDown") move(event, 1);
  if (key === "ArrowUp") move(event, -1);
  const writing = target.closest("input, textarea, select, [contenteditable], [role=listbox]");
  if (writing || kept("keys") === "off") return;
  const tabs = seen('#rooms [role="tab"]');
  if (key === "/") seek();
  else if (key === "?") card().showModal();
  else if (/^[1-9]$/.test(key) && tabs[key - 1]) tabs[key - 1].click();
  else return;
  event.preventDefault();
});
