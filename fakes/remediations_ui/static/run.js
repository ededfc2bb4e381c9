// Follows a run: asks this page's own server for its state until the run is over.
"use strict";

const run = document.getElementById("run");
const LOST = "The connection to this page's server is lost. Trying again.";
const EVERY_MS = 500, LOST_MS = 2000, NEAR_PX = 24;

function put(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function tell(words) {
  const place = document.getElementById("trouble");
  put(place, words);
  place.hidden = !words;
}

function badge(element, state, words) {
  element.dataset.state = state;
  put(element, words);
}

function write(log, text) {
  if (log.textContent === text) return;
  const follows = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  // What was there stays, so that a selection does; a log only grows.
  if (log.firstChild && text.startsWith(log.textContent)) log.firstChild.appendData(text.slice(log.textContent.length));
  else log.textContent = text;
  if (follows) log.scrollTop = log.scrollHeight;
}

function card(id) {
  const found = [...document.querySelectorAll("#systems > .card")].find((each) => each.dataset.system === id);
  if (found) return found;
  const made = document.getElementById("card").content.firstElementChild.cloneNode(true);
  made.dataset.system = id;
  made.querySelector("details").open = true;
  document.getElementById("systems").append(made);
  offerCopies();
  return made;
}

function showSystem(system) {
  const place = card(system.id), field = (name) => place.querySelector(`[data-field=${name}]`);
  place.setAttribute("aria-label", system.name);
  put(field("name"), system.name);
  badge(field("words"), system.state, system.words);
  put(field("progress"), system.progress);
  put(field("reason"), system.reason);
  field("reason").hidden = !system.reason;
  field("log").setAttribute("aria-label", `Log of ${system.name}`);
  write(field("log"), system.log);
}

function show(view) {
  badge(document.getElementById("status"), view.state, view.words);
  put(document.getElementById("duration"), view.duration);
  put(document.getElementById("summary"), view.summary);
  tell(view.trouble && (view.done ? view.trouble : `${view.trouble} Trying again.`));
  document.title = `${view.words}: ${run.dataset.name} · Remediations`;
  view.systems.forEach(showSystem);
  if (view.done) document.getElementById("cancel")?.remove();
}

async function follow() {
  let view = null;
  try {
    const answer = await fetch(run.dataset.stateUrl);
    view = answer.ok ? await answer.json() : null;
  } catch {
    // Told below.
  }
  if (view) show(view);
  else tell(LOST);
  if (!view?.done) setTimeout(follow, view ? EVERY_MS : LOST_MS);
}

function offerCopies() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const log = button.parentElement.querySelector("pre");
  try {
    await navigator.clipboard.writeText(log.textContent);
    put(button, "Copied");
  } catch {
    getSelection().selectAllChildren(log);
    put(button, "Selected: press Ctrl+C");
  }
});

offerCopies();
for (const log of document.querySelectorAll("pre")) log.scrollTop = log.scrollHeight;
if (run.dataset.done === undefined) follow();
