// Brings the page to life: what is there already first, then what has to be inflated.
function clauseFilters() {
  const rows = [...document.querySelectorAll("#clause-table tbody tr")], states = [...document.querySelectorAll("#clause-tools [data-state]")];
  const [level, role, words] = ["level", "role", "clause-words"].map(find);
  function filter() {
    const open = new Set(states.filter((each) => each.getAttribute("aria-pressed") === "true").map((each) => each.dataset.state));
    const texts = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = open.has(row.dataset.state) && (!level.value || row.dataset.level === level.value) && (!role.value || row.dataset.roles.split(" ").includes(role.value)) && texts.every((text) => row.textContent.toLowerCase().includes(text));
      row.hidden = !fits;
      shown += fits;
    }
    find("clauses-count").textContent = shown === rows.length ? `${shown}` : `${shown} of ${rows.length}`;
  }
  for (const button of states) button.addEventListener("click", () => { button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true")); filter(); });
  for (const field of [level, role, words]) field.addEventListener("input", filter);
  filter();
  return () => { for (const button of states) button.setAttribute("aria-pressed", "true"); for (const field of [level, role, words]) field.value = ""; filter(); };
}

async function copied(button) {
  const code = button.parentElement.querySelector("code");
  try { await navigator.clipboard.writeText(code.textContent); button.textContent = "Copied"; } catch {
    getSelection().selectAllChildren(code);
    button.textContent = document.execCommand("copy") ? "Copied" : "Press Ctrl+C";
  }
}

function onActivate(element, act) {
  element.addEventListener("click", act);
  element.addEventListener("keydown", (key) => { if (key.key === "Enter" || key.key === " ") { key.preventDefault(); act(); } });
}

function openEvent(seq) {
  const exchange = bySeq.get(seq);
  if (!exchange) return;
  select({exchange}, null);
  find("exchanges").scrollIntoView();
  find("message").focus({preventScroll: true});
}

// Lanes of servers in the order of their first appearance, then those of each host together.
function orderOfLanes() {
  const hosts = [...new Set(exchanges.map((each) => each.host))].sort();
  about.order = new Map();
  for (const each of exchanges) if (!about.order.has(each.lane)) about.order.set(each.lane, about.order.size);
  const host = (lane) => hosts.findIndex((name) => name && about.lanes[lane].endsWith(` · ${name}`));
  for (const [lane, at] of about.order) about.order.set(lane, (host(lane) + 1) * 1000 + at);
}

function markPart() {
  const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((changes) => {
    for (const change of changes) {
      if (!change.isIntersecting) continue;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(change.target.id)?.setAttribute("aria-current", "true");
    }
  }, {rootMargin: "-20% 0px -70% 0px"});
  for (const id of links.keys()) if (find(id)) seen.observe(find(id));
}

async function start() {
  const showAllClauses = clauseFilters();
  document.addEventListener("click", (click) => {
    const button = click.target.closest("button.copy");
    if (button) copied(button);
    const link = click.target.closest("a[href^='#clause-']");
    if (link) showAllClauses();
    const open = click.target.closest(".open[data-event]");
    if (open) openEvent(Number(open.dataset.event));
  });
  markPart();
  await readIndex();
  orderOfLanes();
  const list = exchangeList();
  logList();
  const line = new TimeLine(find("lanes"), find("instant"));
  for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => { if (button.dataset.zoom === "all") line.all(); else line.zoom(button.dataset.zoom === "in" ? 0.6 : 1.6); });
  for (const run of document.querySelectorAll(".run")) {
    for (const arrow of run.querySelectorAll("[data-arrow]")) {
      onActivate(arrow, () => { list.of(Number(run.dataset.run), arrow.dataset.arrow); find("exchanges").scrollIntoView(); find("list").focus({preventScroll: true}); });
    }
    for (const note of run.querySelectorAll(".note[data-event]")) note.addEventListener("click", () => openEvent(Number(note.dataset.event)));
  }
  document.documentElement.dataset.ready = "list";
  requestAnimationFrame(() => performance.mark("usable"));
  requestIdleCallback(readDetails, {timeout: 5000});
}

start();
