// The list of all exchanges, and its filters.
function exchangeList() {
  const list = new List(find("list"), exchangeRow, (exchange) => { select({exchange}, changed); showMessage(exchange); });
  const fields = ["words", "edge", "arrow", "run", "state"].map(find);
  const [words, edge, arrow, run, state] = fields;
  fill(edge, [...new Set(exchanges.map((each) => each.edge))].sort());
  fill(arrow, [...new Set(exchanges.flatMap((each) => each.arrows.map((pair) => pair[1])))].sort((a, b) => a - b), (number) => `arrow ${number}`);
  about.runs.forEach((name, number) => run.append(node("option", {value: number}, printable(name))));
  run.hidden = about.runs.length < 2;

  function fits(each, texts) {
    if (edge.value && each.edge !== edge.value) return false;
    if ((arrow.value || run.value) && !each.arrows.some((pair) => (!arrow.value || pair[1] === Number(arrow.value)) && (!run.value || pair[0] === Number(run.value)))) return false;
    if (state.value === "wrong" && !each.weight) return false;
    if (state.value === "refused" && !each.refused) return false;
    if (state.value === "arrows" && !each.arrows.length) return false;
    if (state.value === "beside" && (each.arrows.length || each.protocol === "kit")) return false;
    if (!texts.length) return true;
    const said = `${each.title} ${each.status} ${each.edge} ${each.host} ${each.seqs.map((seq) => `#${seq} ${details.get(seq) ?? ""}`).join(" ")}`.toLowerCase();
    return texts.every((text) => said.includes(text));
  }

  function filter() {
    const texts = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const fitting = exchanges.filter((each) => fits(each, texts));
    list.show(fitting);
    find("exchanges-count").textContent = fitting.length === exchanges.length ? `${fitting.length}` : `${fitting.length} of ${exchanges.length}`;
    if (selected.exchange) list.mark(list.items.indexOf(selected.exchange));
  }

  function changed(now) {
    if (now.exchange) {
      if (!list.items.includes(now.exchange)) clear();
      list.mark(list.items.indexOf(now.exchange));
      showMessage(now.exchange);
    } else if (now.at != null) {
      list.mark(lastBefore(list.items, now.at, (each) => each.began));
    }
  }

  function clear() { for (const field of fields) field.value = ""; filter(); }
  for (const field of fields) field.addEventListener("input", filter);
  // Text is sought in contents, too.
  words.addEventListener("input", () => readDetails().then(filter), {once: true});
  find("clear").addEventListener("click", clear);
  watch(changed);
  filter();
  return {
    of(runNumber, arrowNumber) {
      clear();
      run.value = about.runs.length > 1 && runNumber != null ? runNumber : "";
      arrow.value = arrowNumber;
      filter();
      if (list.items.length) list.choose(0);
    },
  };
}

function exchangeRow(each) {
  const arrows = [...new Set(each.arrows.map((pair) => pair[1]))];
  return node("div", {class: each.weight === 2 ? "wrong" : each.weight ? "advice" : ""},
    node("span", {class: "at"}, seconds(each.began)),
    node("span", {class: "number"}, arrows.length ? `→ ${arrows.join(",")}` : ""),
    node("span", {class: "edge"}, printable(each.edge)),
    node("span", {class: "grow"}, printable(each.title)),
    node("span", {class: each.refused ? "status bad" : "status"}, printable(each.status)));
}

function fill(field, values, name = printable) {
  for (const value of values) field.append(node("option", {value}, name(value)));
}
