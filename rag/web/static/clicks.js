// Runs when a room's list, the conversation or the page panel is laid out.
// One listener for what lies inside; the server redraws the inside as it likes.
element.addEventListener("click", (event) => {
  const pressed = event.target.closest(
    "[data-open], [data-ask], [data-close], [data-copy], [data-export], [data-format], " +
      "[data-resume], [data-forget], [data-read]",
  );
  if (!pressed || !element.contains(pressed)) return;
  if (pressed.hasAttribute("data-close")) {
    props.value = "";
    window.shuzhengReturn?.focus({ preventScroll: true });
    return;
  }
  if (!pressed.closest(".leaf, .chosen")) window.shuzhengReturn = pressed;
  if (pressed.dataset.open) trigger("open", { place: pressed.dataset.open });
  if (pressed.dataset.read) trigger("read", { place: pressed.dataset.read });
  if (pressed.dataset.ask) trigger("ask", { question: pressed.dataset.ask });
  if (pressed.dataset.copy) copy(pressed);
  if (pressed.dataset.resume) trigger("resume", { conversation: pressed.dataset.resume });
  if (pressed.dataset.forget) {
    if (pressed.textContent === pressed.dataset.sure) {
      trigger("forget", { conversation: pressed.dataset.forget });
    } else {
      pressed.textContent = pressed.dataset.sure; // the second press deletes
    }
  }
  if (pressed.dataset.export) trigger("export", { scope: pressed.dataset.export });
  if (pressed.dataset.format) {
    const said = element.querySelector("[data-waiting]");
    if (said) said.textContent = said.dataset.waiting;
    trigger("format", { format: pressed.dataset.format, scope: pressed.dataset.scope });
  }
});
element.addEventListener("change", (event) => {
  const chosen = event.target.closest("select[data-style]");
  if (chosen) trigger("style", { style: chosen.value });
  const named = event.target.closest("input[data-rename]");
  if (named) trigger("rename", { conversation: named.dataset.rename, title: named.value });
});

// The clipboard of browsers asks for https or this very machine; where there is none, the
// old way: a selection is copied.
async function copy(button) {
  const text = button.dataset.copy;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const box = document.createElement("textarea");
    box.value = text;
    box.style.position = "fixed";
    box.style.opacity = "0";
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
    button.focus({ preventScroll: true });
  }
  const label = button.textContent;
  if (label === button.dataset.done) return;
  button.style.minWidth = `${button.offsetWidth}px`; // what stands beside it stays there
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = label), 1600);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && element.querySelector(".leaf, .takeaway")) {
    element.querySelector("[data-close]")?.click();
  }
});

const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
let turns = 0;
watch("value", () => {
  const body = element.querySelector(".leaf .body");
  // Where a note was made on the page, it stays where it is.
  if (body && Date.now() - (window.shuzhengStay ?? 0) >= 3000) {
    const mark = body.querySelector("mark:not(.own)");
    // scrollIntoView would move the page behind the panel as well.
    body.scrollTop = mark
      ? Math.max(0, mark.offsetTop - body.clientHeight / 3)
      : 0;
    body.focus({ preventScroll: true });
  }
  const takeaway = element.querySelector(".takeaway");
  if (takeaway && !takeaway.contains(document.activeElement)) {
    takeaway.querySelector("[aria-pressed=true], [data-format]")?.focus({ preventScroll: true });
  }
  const asked = element.querySelectorAll(".turn");
  if (asked.length > turns) {
    asked[asked.length - 1].scrollIntoView({
      behavior: calm ? "auto" : "smooth",
      block: "start",
    });
  }
  turns = asked.length;
});
