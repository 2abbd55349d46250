// Runs in the lists and forms of the library. A press or a form says what is to be done; a file
// goes Gradio's own way first, and what is said names it.
const ask = (said) => trigger("keep", { said });
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-keep]");
  if (!pressed || !element.contains(pressed)) return;
  if (pressed.dataset.sure && pressed.textContent !== pressed.dataset.sure) {
    pressed.textContent = pressed.dataset.sure; // the second press does it
    return;
  }
  ask(JSON.parse(pressed.dataset.keep));
});
element.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-form]");
  if (!form) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  const status = element.querySelector(".told[data-sending]");
  const tell = (words) => status && (status.textContent = words);
  const said = JSON.parse(form.dataset.form);
  const files = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") said[name] = name === "books" ? [...(said[name] ?? []), value] : value;
    else if (value.name) files.push([name, value]);
  }
  if (said.do === "add" && !files.some(([name]) => name === "file") && !said.path) {
    tell(status?.dataset.choose ?? "");
    return;
  }
  form.dataset.busy = "yes";
  try {
    if (status) tell(status.dataset.sending);
    for (const [name, file] of files) {
      const most = Number(form.querySelector(`input[name="${name}"]`).dataset.most || 1);
      if (file.size > most * 1e6) {
        tell(status?.dataset.tooLarge ?? "");
        return;
      }
      said[name] = (await upload(file)).path;
    }
    ask(said);
    if (said.do === "add") {
      form.reset();
      tell("");
    }
  } catch {
    tell(status?.dataset.notSent ?? "");
  } finally {
    delete form.dataset.busy;
  }
});
