// Runs beside clicks.js in the corner and in the teacher's room.
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-invite], [data-remove], [data-finish]");
  if (!pressed || !element.contains(pressed)) return;
  if (pressed.dataset.invite) trigger("invite", { name: pressed.dataset.invite });
  if (pressed.dataset.finish) trigger("finish", { report: pressed.dataset.finish });
  if (pressed.dataset.remove) {
    if (pressed.textContent === pressed.dataset.sure) {
      trigger("remove", { name: pressed.dataset.remove });
    } else {
      pressed.textContent = pressed.dataset.sure; // the second press removes
    }
  }
});
element.addEventListener("change", (event) => {
  const box = event.target.closest("input[data-agree]");
  if (box) trigger("agree", { agreed: box.checked });
});
// A link is shown with the address under which this server is open here.
watch("value", () => {
  for (const link of element.querySelectorAll("[data-link]")) link.textContent = link.href;
});
