// Runs when a room's list, the conversation or the page panel is laid out.
// One listener for what lies inside; the server redraws the inside as it likes.
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-open], [data-ask], [data-close]");
  if (!pressed || !element.contains(pressed)) return;
  if (pressed.hasAttribute("data-close")) {
    props.value = "";
    window.shuzhengReturn?.focus({ preventScroll: true });
    return;
  }
  if (!pressed.closest(".leaf")) window.shuzhengReturn = pressed;
  if (pressed.dataset.open) trigger("open", { place: pressed.dataset.open });
  if (pressed.dataset.ask) trigger("ask", { question: pressed.dataset.ask });
});

if (element.closest("#leaf")) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && element.querySelector(".leaf")) {
      element.querySelector("[data-close]")?.click();
    }
  });
}

const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
let turns = 0;
watch("value", () => {
  const body = element.querySelector(".leaf .body");
  if (body) {
    const mark = body.querySelector("mark");
    // scrollIntoView would move the page behind the panel as well.
    body.scrollTop = mark
      ? Math.max(0, mark.offsetTop - body.clientHeight / 3)
      : 0;
    body.focus({ preventScroll: true });
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
