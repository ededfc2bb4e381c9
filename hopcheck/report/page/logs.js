// The log lines of all participants in one list.
function logList() {
  const source = find("source"), words = find("log-words"), whole = find("line");
  const list = new List(find("lines"), logRow, (line) => { show(line); if (line.at != null) select({at: line.at, line}, changed); });
  fill(source, about.sources);

  function show(line) {
    whole.hidden = !line;
    whole.textContent = line ? `${line.source}: ${printable(line.text)}` : "";
  }

  function filter() {
    const texts = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = logLines.filter((line) => (!source.value || line.source === source.value) && texts.every((text) => line.text.toLowerCase().includes(text)));
    list.show(fitting);
    const out = Object.keys(about.leftOut).length ? `; the middle of ${Object.keys(about.leftOut).map(printable).join(", ")} is left out` : "";
    find("logs-count").textContent = logLines.length ? `${fitting.length === logLines.length ? "" : `${fitting.length} of `}${logLines.length} lines${out}` : "none lay beside the trace";
  }

  function changed(now) {
    if (now.at == null) return;
    const at = lastBefore(list.items, now.at, (line) => line.at);
    list.mark(at);
    show(list.items[at]);
  }

  for (const field of [source, words]) field.addEventListener("input", filter);
  watch(changed);
  filter();
}

function logRow(line) {
  return node("div", {class: line.how === 2 ? "untold" : ""},
    node("span", {class: "at"}, line.how === 2 ? "" : `${line.how === 1 ? "≈ " : ""}${seconds(line.at)}`),
    node("span", {class: "who"}, printable(line.source)),
    node("span", {class: "grow"}, printable(line.text.startsWith(`${line.source}: `) ? line.text.slice(line.source.length + 2) : line.text)));
}
