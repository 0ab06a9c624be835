// Shows where values come from: both ends of a provenance have its number in `data-p`. Without this script the page reads the same.
(() => {
  "use strict";
  const end = (target) => (target instanceof Element ? target.closest("[data-p]") : null);
  const numbers = (place) => place.dataset.p.split(" ");
  const linked = (place) => {
    const mine = numbers(place);
    const all = place.closest(".dialog").querySelectorAll("[data-p]");
    return [...all].filter((other) => numbers(other).some((number) => mine.includes(number)));
  };
  const light = (place, on) => linked(place).forEach((other) => other.classList.toggle("lit", on));

  for (const [name, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
    document.addEventListener(name, (event) => {
      const place = end(event.target);
      if (place) light(place, on);
    });
  }

  const drop = () => document.querySelectorAll(".kept").forEach((place) => {
    place.classList.remove("kept");
    if (place.hasAttribute("aria-pressed")) place.setAttribute("aria-pressed", "false");
  });
  const keep = (place) => {
    const again = place.classList.contains("kept");
    drop();
    if (again) return;
    const places = linked(place);
    for (const other of places) {
      other.classList.add("kept");
      if (other.hasAttribute("aria-pressed")) other.setAttribute("aria-pressed", "true");
      for (let box = other.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    }
    const far = places.find((other) => other.classList.contains("source") !== place.classList.contains("source"));
    if (far) far.scrollIntoView({ block: "nearest" });
  };
  document.addEventListener("click", (event) => {
    const place = end(event.target);
    if (place) keep(place);
  });
  document.addEventListener("keydown", (event) => {
    const place = end(event.target);
    if (event.key === "Escape") drop();
    else if (place && place.tagName !== "BUTTON" && (event.key === "Enter" || event.key === " ")) {
      event.preventDefault();
      keep(place);
    }
  });

  const dialogs = [...document.querySelectorAll(".dialog")];
  const all = document.getElementById("all");
  if (all) {
    const told = () => { all.textContent = dialogs.every((dialog) => dialog.open) ? "Close all" : "Open all"; };
    all.hidden = false;
    all.addEventListener("click", () => {
      const open = !dialogs.every((dialog) => dialog.open);
      for (const dialog of dialogs) dialog.open = open;
    });
    for (const dialog of dialogs) dialog.addEventListener("toggle", told);
  }
  // A link to one dialog opens it.
  const named = () => {
    const place = location.hash.startsWith("#dialog-") && document.getElementById(location.hash.slice(1));
    if (place) place.open = true;
  };
  window.addEventListener("hashchange", named);
  named();
})();
