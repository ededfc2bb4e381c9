// What a page does beyond links and forms, which work without it: questions in a dialog, parts that come later,
// and forms that go once.
"use strict";

async function part(address) {
  const answer = await fetch(address, { headers: { "X-Part": "1" } });
  return answer.text();
}

let asking = false;

async function ask(link) {
  // One that was closed stays in the page until its event for that comes.
  if (asking || document.querySelector("dialog[open]")) return;
  asking = true;
  try {
    await dialogOf(link);
  } finally {
    asking = false;
  }
}

async function dialogOf(link) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "question");
  try {
    dialog.innerHTML = await part(link.href);
  } catch {
    // Nobody answers: the browser's own page says so.
    location.assign(link.href);
    return;
  }
  dialog.addEventListener("close", () => { dialog.remove(); link.focus(); });
  document.body.append(dialog);
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
  const link = event.target.closest("a[data-dialog]");
  if (link && plain) {
    event.preventDefault();
    ask(link);
  }
  const close = event.target.closest("dialog [data-close]");
  if (close) {
    event.preventDefault();
    close.closest("dialog").close();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "1";
  form.querySelector("[type=submit]").setAttribute("aria-disabled", "true");
});

// A page that the browser kept and shows again may send its form again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[type=submit]").removeAttribute("aria-disabled");
  }
});

for (const place of document.querySelectorAll("[data-part]")) {
  // Where it does not come, the link that leads to it stays.
  part(place.dataset.part).then((text) => { place.innerHTML = text; }, () => {});
}
