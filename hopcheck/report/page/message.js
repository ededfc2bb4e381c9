// One exchange in full: who, when, what its contract says of it, and all that was sent.
const HIDDEN = new Set(["headers", "method", "target", "path", "query", "status", "reason", "raw"]);

async function showMessage(exchange) {
  const box = find("message");
  await readDetails();
  if (selected.exchange !== exchange) return;
  const wrong = about.findings.map((each, number) => ({...each, number})).filter((each) => exchange.seqs.includes(each.event));
  const events = exchange.seqs.map((seq) => (details.has(seq) ? JSON.parse(details.get(seq)) : {seq, cut: true}));
  box.replaceChildren(
    node("h3", {}, printable(exchange.title)),
    facts(exchange),
    node("div", {class: "actions"}, jump("Show on the time line", "time"), jump("Show in the logs", "logs")),
    contractOf(exchange, wrong),
    node("div", {class: "sides"}, ...events.map((event) => side(event, wrong.filter((each) => each.event === event.seq)))),
  );
  box.scrollTop = 0;
}

function jump(text, id) {
  const button = node("button", {type: "button"}, text);
  button.addEventListener("click", () => { location.hash = ""; location.hash = id; find(id === "time" ? "lanes" : "lines").focus({preventScroll: true}); });
  return button;
}

function facts(exchange) {
  const took = (exchange.ended - exchange.began) / 1000;
  const told = [
    ["From", `${exchange.source} to ${exchange.target}`],
    ["Edge", `${exchange.edge}, ${exchange.protocol}`],
    ["At", `${seconds(exchange.began)} s, ${wallClock(exchange.began)}`],
    ["Took", exchange.seqs.length > 1 ? `${took.toFixed(3)} ms` : null],
    ["Result", exchange.status],
    ["Host", exchange.host],
    ["Arrow", exchange.arrows.map(([run, arrow]) => `${arrow}${about.runs.length > 1 ? ` of ${about.runs[run]}` : ""}`).join(", ")],
  ].filter(([, value]) => value);
  return node("dl", {}, ...told.flatMap(([name, value]) => [node("dt", {}, name), node("dd", {}, printable(value))]));
}

// The diff against the contract; of what keeps it, where it stands.
function contractOf(exchange, wrong) {
  if (!wrong.length) {
    if (exchange.protocol === "kit") return node("p", {class: "quiet"}, "The kit’s own bookkeeping.");
    if (!exchange.contract) return node("p", {class: "quiet"}, "No contract describes it further.");
    return node("p", {class: "kept"}, `As its contract says: ${printable(exchange.contract)}.`);
  }
  return node("div", {}, ...wrong.map((each) => {
    const rule = each.clause && find(`clause-${each.clause}`)?.cells[4];
    const [file, line, text] = each.source || [];
    return node("div", {class: "difference"},
      node("h4", {}, node("a", {href: `#finding-${each.number + 1}`}, `Finding ${each.number + 1}`), ` ${each.kind}, ${printable(each.role || "nobody")}`),
      node("div", {class: "beside"},
        node("div", {class: "want"}, node("h4", {}, "Expected"), block([{text: each.expected || "nothing", path: ""}])),
        node("div", {class: "had"}, node("h4", {}, "Got"), block([{text: each.got || "nothing", path: ""}]))),
      each.clause && node("p", {}, node("a", {href: `#clause-${each.clause}`}, each.clause), rule ? `: ${rule.firstChild.textContent}` : ""),
      text && node("details", {class: "fragment", open: true}, node("summary", {}, `contracts/${file}, line ${line}`), block(text.split("\n").map((each) => ({text: each, path: ""})))),
    );
  }));
}

function side(event, wrong) {
  const made = node("div", {class: "side"}, node("h4", {}, event.cut ? `#${event.seq}` : `${printable(event.op)} #${event.seq}`));
  if (event.cut) {
    made.append(node("p", {class: "quiet"}, "Its content is left out to keep the page small; trace.jsonl has it."));
    return made;
  }
  const {attrs, payload} = event, places = wrong.map((each) => each.expected || "");
  made.append(node("p", {class: "quiet"}, `${printable(event.from)} to ${printable(event.to)}, ${printable(event.wall.slice(11, 26))}`));
  const line = attrs.method ? `${attrs.method} ${attrs.target ?? attrs.path}` : "status" in attrs && "reason" in attrs ? `${attrs.status} ${attrs.reason ?? ""}` : "";
  if (line) made.append(block([{text: line, path: ""}]));
  if (attrs.query?.length) made.append(pairs("Query", attrs.query));
  if (Array.isArray(attrs.headers) && attrs.headers.length) made.append(pairs("Headers", attrs.headers));
  const rest = Object.entries(attrs).filter(([name, value]) => !(HIDDEN.has(name) && (line || name === "headers")) && value !== null && value !== "" && !(Array.isArray(value) && !value.length));
  if (rest.length) made.append(node("h4", {}, "Attributes"), block(prettyJson(JSON.stringify(Object.fromEntries(rest))), places));
  if (payload) made.append(...body(payload, headerOf(attrs, "content-type"), places));
  return made;
}

function headerOf(attrs, name) {
  return (Array.isArray(attrs.headers) ? attrs.headers : []).find((pair) => pair[0] === name)?.[1];
}

function pairs(title, of) {
  const rows = of.map(([name, value]) => node("tr", {}, node("th", {scope: "row"}, printable(name)), node("td", {}, printable(typeof value === "string" ? value : JSON.stringify(value)))));
  return node("details", {open: true}, node("summary", {}, title), node("table", {class: "headers"}, node("tbody", {}, ...rows)));
}

function body(payload, type, places) {
  if (payload.parts) return payload.parts.flatMap((part) => content(`Part ${part.name}${part.filename ? `, ${part.filename}` : ""}${part.type ? `, ${part.type}` : ""}${part.packed ? `, ${part.packed}` : ""}`, part, part.type, places));
  return payload.size ? content("Body", payload, type, places) : [];
}

function content(title, what, type, places) {
  const head = node("h4", {});
  if (what.text == null) {
    head.textContent = printable(title);
    return [head, node("p", {class: "quiet"}, `${what.size} bytes, not text, sha256 ${what.sha256}`)];
  }
  const [kind, lines] = pretty(what.text, type);
  head.textContent = `${printable(title)}: ${what.size} bytes, ${kind}`;
  return [head, block(lines, places)];
}
