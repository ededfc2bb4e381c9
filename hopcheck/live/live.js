"use strict";
/* The server tells the state of the whole trace (events "trace" and "run"), or is asked for that of its beginning. */

const byId = (id) => document.getElementById(id);
const TOLD = {
  pending: "waiting", seen: "seen", derived: "follows", missing: "missing",
  forbidden: "forbidden", breach: "in breach", not_demanded: "not demanded",
};
const SENTENCE = {
  pending: "The outcome demands it; it has not been seen yet.", seen: "Seen, and as the contracts say.",
  derived: "It has no transfer of its own; what others carried shows that it holds.",
  missing: "The outcome demands it, and nobody saw it.", forbidden: "It was seen where the diagram does not allow it.",
  breach: "It was seen, and a message broke its contract.", not_demanded: "The outcome does not demand it, and nobody saw it.",
};
const ENDED = "The server has ended with the run: only what stands here is left of it.";
const HEAD = { pending: "not_demanded", breach: "forbidden" };
const WRONG = new Set(["missing", "forbidden", "breach"]);
const still = matchMedia("(prefers-reduced-motion: reduce)");

const live = { trace: null, runs: new Map() };
const view = { trace: null, runs: new Map(), at: null, chosen: "", newest: null, key: null, over: false };
let playing = null, asking = false, wanted = null, drawn = false;

function element(name, text, of = {}) {
  const made = Object.assign(document.createElement(name), of);
  if (text !== undefined) made.textContent = text;
  return made;
}
function put(node, text) { if (node.textContent !== text) node.textContent = text; }

/* The diagram's arrows and the list's, prepared once. */
const box = byId("diagram"), svg = box.querySelector("svg");
const arrows = new Map();
for (const group of svg.querySelectorAll("[data-arrow]")) {
  const number = Number(group.dataset.arrow), hit = group.querySelector(".hit"), of = (name) => Number(hit.getAttribute(name));
  const count = document.createElementNS(svg.namespaceURI, "text");
  const middle = of("x") + of("width") / 2, line = of("y") + of("height") - 10;
  for (const [name, value] of Object.entries({ class: "count", x: middle, y: line + 11 })) count.setAttribute(name, value);
  group.append(count);
  const item = document.querySelector(`[data-item="${number}"]`);
  const name = `${number} ${item.querySelector(".text").textContent}, ${item.querySelector(".ends").textContent}`;
  arrows.set(number, { group, count, item, name, x: middle, y: line, state: null });
  for (const each of [group, item]) each.addEventListener("click", () => open(number));
  group.addEventListener("keydown", (key) => {
    if (key.key === "Enter" || key.key === " ") { key.preventDefault(); open(number); }
  });
}
const heads = svg.cloneNode(false);
heads.setAttribute("viewBox", `0 0 ${svg.getAttribute("width")} 68`);
heads.setAttribute("height", "68");
heads.setAttribute("class", "heads");
heads.setAttribute("aria-hidden", "true");
for (const each of svg.querySelectorAll("text.box, .participant")) heads.append(each.cloneNode(true));
box.prepend(heads);

/* What comes. */
const source = new EventSource("/live/events");
source.addEventListener("trace", (event) => {
  const trace = JSON.parse(event.data);
  if (trace.trouble) { note(`The trace cannot be read on: ${trace.trouble}`); return; }
  if (live.trace && live.trace.generation !== trace.generation) { live.runs.clear(); follow(); }
  live.trace = trace;
  for (const key of live.runs.keys()) if (!trace.runs.includes(key)) live.runs.delete(key);
  note("");
  changed();
});
source.addEventListener("run", (event) => {
  const run = JSON.parse(event.data);
  live.runs.set(run.key, run);
  changed();
});
source.addEventListener("over", () => { source.close(); view.over = true; byId("again").hidden = document.documentElement.dataset.stays === "yes"; });
source.addEventListener("error", () => { if (!view.over) note("The connection is lost; trying again."); });

function note(text) { byId("note").hidden = !text; put(byId("note"), text); }
function changed() {
  if (view.at === null) { view.trace = live.trace; view.runs = live.runs; }
  if (!drawn) { drawn = true; requestAnimationFrame(() => { drawn = false; if (view.trace) draw(); }); }
}

/* What is shown. */
function draw() {
  const { trace } = view;
  const keys = trace.runs.filter((key) => view.runs.has(key));
  choices(keys);
  const last = keys.at(-1), plan = (key) => key.split("/")[0];
  view.key = keys.includes(view.chosen) ? view.chosen : keys.find((key) => plan(key) === plan(last)) ?? null;
  const run = view.runs.get(view.key);
  const length = live.trace.length_ms;
  byId("at").max = length;
  if (!playing) byId("at").value = view.at === null ? length : view.at;
  put(byId("moment"), `${trace.events} of ${live.trace.total} events`);
  byId("at").setAttribute("aria-valuetext", `${(trace.at_ms / 1000).toFixed(1)} s, ${trace.events} of ${live.trace.total} events`);
  byId("follow").setAttribute("aria-pressed", String(view.at === null));
  put(byId("progress"), run ? `${run.met} of ${run.demanded} arrows seen` : "no run yet");
  byId("met").max = run ? run.demanded : 1;
  byId("met").value = run ? run.met : 0;
  put(byId("clock"), run && run.elapsed_s !== null ? `${run.elapsed_s.toFixed(1)} s` : "–");
  for (const [number, arrow] of arrows) show(number, arrow, run);
  if (run && run.newest !== view.newest) { view.newest = run.newest; reveal(arrows.get(run.newest)); }
  banner(trace, run);
  wrongs(trace, run);
}

function choices(keys) {
  const select = byId("run");
  const names = keys.map((key) => { const run = view.runs.get(key); return `${run.place}: ${run.label}${run.verdict ? ` (${run.verdict})` : ""}`; });
  const now = [...select.options].slice(1).map((option) => option.textContent);
  if (JSON.stringify(now) === JSON.stringify(names)) return;
  select.replaceChildren(select.options[0], ...keys.map((key, at) => element("option", names[at], { value: key })));
  select.value = keys.includes(view.chosen) ? view.chosen : "";
}

function show(number, arrow, run) {
  const found = run?.arrows.find((each) => each.number === number) ?? { state: "not_demanded", count: 0 };
  const newest = run?.newest === number ? " newest" : "";
  const told = !run ? "waiting" : TOLD[found.state] + (found.count > 1 ? ` ×${found.count}` : "");
  const state = run ? found.state : "pending";
  if (WRONG.has(state) && arrow.state !== state && arrow.state !== null) say(`Arrow ${arrow.name}: ${TOLD[state]}`);
  arrow.state = state;
  arrow.group.setAttribute("class", `arrow ${state}${newest}`);
  arrow.group.querySelector("path").setAttribute("marker-end", `url(#head-${HEAD[state] ?? state})`);
  arrow.group.setAttribute("aria-label", `${arrow.name}: ${told}`);
  put(arrow.group.querySelector("title"), `${arrow.name}: ${told}`);
  put(arrow.count, found.count > 1 ? `×${found.count}` : "");
  arrow.item.className = state + newest;
  put(arrow.item.querySelector(".told"), told);
}

function reveal(arrow) {
  if (!arrow) return;
  const behavior = still.matches ? "auto" : "smooth";
  box.scrollTo({ left: arrow.x - box.clientWidth / 2, top: arrow.y - box.clientHeight / 2, behavior });
  const list = byId("arrows");
  if (list.scrollHeight > list.clientHeight) list.scrollTo({ top: arrow.item.offsetTop - list.clientHeight / 2, behavior });
}

function banner(trace, run) {
  const bad = run ? run.arrows.filter((each) => WRONG.has(each.state)).map((each) => each.number) : [];
  const many = (count) => `${count} finding${count === 1 ? "" : "s"}`;
  const [state, strong, rest] =
    trace.verdict === "pass" ? ["pass", "Pass.", "Every demanded arrow was seen, and nothing was forbidden or in breach."] :
    trace.verdict === "fail" ? ["fail", "Fail.", `${many(trace.findings.filter((each) => each.fails).length)}${bad.length ? `; see arrow ${bad.join(", ")}` : ""}.`] :
    trace.verdict === "error" ? ["error", "Error.", "The kit could not do its work, so nobody is judged."] :
    !run ? ["waiting", "Waiting", "for somebody to press Execute."] :
    bad.length ? ["fail", "Under way, and wrong already:", `arrow ${bad.join(", ")}.`] :
    ["waiting", "Under way.", "Nothing is wrong so far."];
  const node = byId("verdict"), was = node.textContent;
  node.className = `banner ${state}`;
  put(node.querySelector("strong"), strong);
  put(node.querySelector("span"), rest);
  if (was !== node.textContent) {
    say(`${strong} ${rest}`);
    if (state === "fail") reveal(arrows.get(bad[0]));
  }
  byId("report").hidden = !(trace.verdict && live.trace.report && document.documentElement.dataset.stays === "yes" && !view.over);
}

function wrongs(trace, run) {
  const all = trace.verdict ? trace.findings : run ? run.findings : [];
  byId("wrong").hidden = byId("verdict").querySelector("a").hidden = !all.length;
  byId("wrong").querySelector("ul").replaceChildren(...all.map((each) => finding(each, "li")));
}

function finding(wrong, name) {
  const made = element(name, undefined, { className: `finding${wrong.fails ? "" : " advice"}` });
  const where = wrong.arrow ? `arrow ${wrong.arrow}` : "";
  made.append(element("strong", [wrong.kind, where, wrong.clause].filter(Boolean).join(", ")));
  const facts = element("dl");
  for (const [term, text] of [["look at", wrong.role ?? "nobody"], ["expected", wrong.expected], ["got", wrong.got]]) facts.append(element("dt", term), element("dd", text));
  made.append(facts);
  return made;
}
function say(text) { put(byId("said"), text); }

/* An arrow's messages. */
const dialog = byId("message");
async function open(number) {
  const run = view.runs.get(view.key), body = dialog.querySelector("div"), arrow = arrows.get(number);
  put(byId("message-title"), arrow.name);
  body.replaceChildren(element("p", run ? SENTENCE[arrow.state] : "No run has begun."));
  if (!dialog.open) dialog.showModal();
  if (!run) return;
  body.append(...run.findings.filter((each) => each.arrow === number).map((each) => finding(each, "div")));
  if (view.over) { body.append(element("p", ENDED)); return; }
  const at = view.at === null ? "" : `&at=${view.at}`;
  try {
    const answer = await fetch(`/live/messages/${number}?run=${encodeURIComponent(run.key)}${at}`);
    if (!answer.ok) throw new Error(await answer.text());
    messages(body, await answer.json());
  } catch (error) {
    body.append(element("p", `Its messages cannot be had: ${error.message}`));
  }
}
function messages(body, told) {
  if (told.clauses.length) {
    const failed = told.clauses.filter((each) => each.state === "fail").length;
    const details = element("details", undefined, { open: failed > 0 });
    const list = element("ul", undefined, { className: "clauses" });
    for (const each of told.clauses) list.append(element("li", `${each.id} ${each.state.replace("_", " ")}: ${each.text}`, { className: each.state }));
    details.append(element("summary", `Clauses that it shows: ${told.clauses.length}${failed ? `, ${failed} fail` : ""}`), list);
    body.append(details);
  }
  body.append(element("h3", told.count ? `Messages: ${told.count}` : "No message of it was seen."));
  if (told.left_out) body.append(element("p", `${told.left_out} in the middle are left out; the trace has them.`));
  told.messages.forEach((each, at) => {
    const details = element("details", undefined, { open: at === 0 });
    const summary = element("summary", each.title);
    summary.append(" ", element("small", `#${each.seq}, ${each.wall.slice(11, 23)}`));
    details.append(summary);
    if (each.payload) details.append(element("p", `${each.payload.size} bytes, sha256 ${each.payload.sha256.slice(0, 12)}…`, { className: "size" }), element("pre", each.payload.text));
    details.append(element("p", each.protocol, { className: "size" }), element("pre", each.attributes));
    body.append(details);
  });
}
byId("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

/* Time: another moment is asked for, one at a time; the last one wanted wins. */
function follow() { pause(); view.at = wanted = null; changed(); }
async function moment(at) {
  if (view.over) { pause(); note(ENDED); return; }
  view.at = wanted = Math.min(at, live.trace.length_ms);
  if (asking) return;
  asking = true;
  try {
    while (wanted !== null) {
      const now = wanted;
      const answer = await fetch(`/live/state?at=${now}`);
      if (!answer.ok) throw new Error(await answer.text());
      const state = await answer.json();
      if (view.at === null) break;
      view.trace = state.trace;
      view.runs = new Map(state.runs.map((run) => [run.key, run]));
      changed();
      if (wanted === now) wanted = null;
    }
  } catch (error) {
    pause();
    note(`That moment cannot be had: ${error.message}`);
  } finally { asking = false; }
}
function pause() { if (playing) cancelAnimationFrame(playing); playing = null; put(byId("play"), "Play"); }
function play() {
  const length = live.trace.length_ms;
  let at = view.at === null || view.at >= length ? 0 : view.at, before = performance.now();
  const step = (now) => {
    at += (now - before) * Number(byId("speed").value);
    before = now;
    byId("at").value = at;
    moment(Math.round(at));
    if (at < live.trace.length_ms) playing = requestAnimationFrame(step);
    else if (live.trace.closed) pause();
    else follow();
  };
  put(byId("play"), "Pause");
  playing = requestAnimationFrame(step);
}
byId("play").addEventListener("click", () => { if (playing) pause(); else if (live.trace) play(); });
byId("follow").addEventListener("click", follow);
byId("at").addEventListener("input", () => { if (live.trace) { pause(); moment(Number(byId("at").value)); } });
byId("run").addEventListener("change", () => { view.chosen = byId("run").value; view.newest = null; changed(); });
