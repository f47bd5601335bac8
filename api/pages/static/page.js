// Comfort only: dropping a file, and saying that work is going on. Every page works without this script.
"use strict";

for (const zone of document.querySelectorAll("[data-drop]")) {
  const input = zone.querySelector("input[type=file]");
  const chosen = zone.querySelector("[data-chosen]");
  const tell = () => {
    const file = input.files[0];
    chosen.textContent = file ? `${chosen.dataset.chosen} ${file.name}` : "";
    input.setCustomValidity(file && file.size > Number(input.dataset.limit) ? input.dataset.tooLarge : "");
    input.reportValidity();
  };
  input.addEventListener("change", tell);
  const over = (on) => (event) => {
    event.preventDefault();
    zone.classList.toggle("over", on);
  };
  // The whole page catches a drop, for a browser would otherwise open the file and leave.
  document.addEventListener("dragover", over(true));
  document.addEventListener("dragleave", over(false));
  document.addEventListener("drop", (event) => {
    over(false)(event);
    if (event.dataTransfer.files.length) {
      const one = new DataTransfer();
      one.items.add(event.dataTransfer.files[0]);
      input.files = one.files;
      tell();
      input.focus();
    }
  });
}

for (const form of document.querySelectorAll("form[data-working]")) {
  form.addEventListener("submit", (event) => {
    if (form.getAttribute("aria-busy") === "true") {
      event.preventDefault(); // a second click must not ask the issuer's server twice
      return;
    }
    form.setAttribute("aria-busy", "true");
    form.querySelector("[data-status]").textContent = form.dataset.working;
  });
}

window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[aria-busy]")) {
    form.removeAttribute("aria-busy");
    form.querySelector("[data-status]").textContent = "";
  }
});
