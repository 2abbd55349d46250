// Runs beside clicks.js in the room of questions. What is marked here stays in this page.
{
  const score = () => {
    const label = element.querySelector(".score");
    if (!label) return;
    const marked = element.querySelectorAll("li[data-marked]").length;
    const right = element.querySelectorAll("li[data-marked=right]").length;
    label.textContent = marked
      ? label.dataset.words.replace("[right]", right).replace("[done]", marked)
      : "";
  };
  const mark = (card, value) => {
    card.dataset.marked = value;
    for (const button of card.querySelectorAll("[data-mark]")) {
      button.setAttribute("aria-pressed", String(button.dataset.mark === value));
    }
    score();
  };
  const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s/g, "");
  element.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-mark], [data-print]");
    if (!pressed || !element.contains(pressed)) return;
    if (pressed.dataset.mark) mark(pressed.closest("li"), pressed.dataset.mark);
    if (pressed.dataset.print) {
      const folded = [...element.querySelectorAll("details:not([open])")];
      const answers = pressed.dataset.print === "answers";
      if (answers) for (const one of folded) one.open = true;
      document.documentElement.dataset.printing = pressed.dataset.print;
      window.addEventListener(
        "afterprint",
        () => {
          delete document.documentElement.dataset.printing;
          if (answers) for (const one of folded) one.open = false;
        },
        { once: true },
      );
      window.print();
    }
  });
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input.own")) return;
    const card = event.target.closest("li");
    card.querySelector("details").open = true;
    if (plain(event.target.value) === plain(event.target.dataset.wanted)) mark(card, "right");
  });
}
