// Runs in the parts of the room of reading: the page, the contents, what was looked for.
const sheetNow = () => document.querySelector("#sheet .sheet");

if (element.closest("#sheet")) {
  // Who does not see the page hears which it is.
  const told = document.createElement("p");
  told.className = "told";
  told.setAttribute("role", "status");
  element.parentElement.append(told);
  let shown = "";

  const drawn = () => {
    const sheet = element.querySelector(".sheet");
    if (!sheet) return;
    for (const button of element.querySelectorAll("[data-address]")) {
      button.dataset.copy = new URL(button.dataset.address, location.href).href;
    }
    if (element.offsetParent) history.replaceState(null, "", sheet.dataset.link);
    told.textContent = sheet.dataset.said;
    here(sheet);
    const heading = window.shuzhengHeading;
    window.shuzhengHeading = undefined;
    const goal = heading
      ? [...sheet.querySelectorAll("h4")].find((one) => offsetOf(one) >= heading)
      : sheet.querySelector("mark:not(.found, .own)") ?? sheet.querySelector("mark:not(.own)");
    const stays = Date.now() - (window.shuzhengStay ?? 0) < 3000; // a note was made on it
    if (shown === sheet.dataset.place && (stays || !goal)) return;
    shown = sheet.dataset.place;
    (goal ?? sheet).scrollIntoView({ block: goal ? "center" : "start" });
    if (document.activeElement === document.body || element.contains(document.activeElement)) {
      sheet.querySelector(".body").focus({ preventScroll: true });
    }
  };
  watch("value", drawn);
  setTimeout(drawn); // what came before the room was opened for the first time

  element.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  document.addEventListener("keydown", (event) => {
    if (!element.offsetParent || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.shiftKey || event.target.closest("input, textarea, select, [role=tab], .options")) {
      return;
    }
    if (document.querySelector("#leaf .leaf")) return; // it is before the page
    const end = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 2;
    const way =
      event.key === "ArrowRight" || (event.key === "PageDown" && end)
        ? "next"
        : event.key === "ArrowLeft" || (event.key === "PageUp" && window.scrollY <= 0)
          ? "previous"
          : null;
    const turner = way && element.querySelector(`.turn .turner.${way}:not(:disabled)`);
    if (!turner) return;
    event.preventDefault();
    turner.click();
  });
}

if (element.closest("#contents")) {
  element.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-start]");
    if (pressed) window.shuzhengHeading = Number(pressed.dataset.start);
  });
  const drawn = () => {
    if (sheetNow()) here(sheetNow());
    const list = element.querySelector("details");
    if (list && window.innerWidth < 1000) list.open = false; // on a phone the page comes first
  };
  watch("value", drawn);
  setTimeout(drawn);
}

function offsetOf(block) {
  return Number(block.dataset.at ?? block.querySelector("[data-at]")?.dataset.at ?? -1);
}

// Marks in the contents the heading that the page shown stands under.
function here(sheet) {
  const section = Number(sheet.dataset.section);
  let current = null;
  for (const entry of document.querySelectorAll("#contents [data-section]")) {
    entry.removeAttribute("aria-current");
    if (Number(entry.dataset.section) <= section) current = entry;
  }
  current?.setAttribute("aria-current", "true");
  const list = current?.closest("ol");
  if (list) list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 3;
}
