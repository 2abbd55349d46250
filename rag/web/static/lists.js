// Runs in the lists besides clicks.js: more of a list, a chapter's bar, a year's bar.
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-more], [data-within], [data-from]");
  if (!pressed || !element.contains(pressed)) return;
  const { within, from, to } = pressed.dataset;
  if (pressed.hasAttribute("data-more")) trigger("more", {});
  if (within) trigger("within", { heading: within });
  if (from) trigger("years", { from, to });
});

// Of a row of years one alone is reached by the tabulator, the others by the arrows.
function years() {
  return [...element.querySelectorAll(".density button")];
}
function settle() {
  const all = years();
  const stop = all.find((one) => one.ariaPressed === "true") ?? all[0];
  for (const one of all) one.tabIndex = one === stop ? 0 : -1;
}
element.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const all = years();
  const next = all[all.indexOf(event.target) + step];
  if (!step || !all.includes(event.target) || !next) return;
  event.preventDefault();
  next.focus();
});
watch("value", settle);
