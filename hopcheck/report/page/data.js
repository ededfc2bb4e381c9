// What the page carries: an index of everything, and the details of each event, both gzip in base64.
const find = (id) => document.getElementById(id);

function node(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((each) => each != null));
  return made;
}

async function inflate(id) {
  const packed = atob(find(id).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let at = 0; at < packed.length; at += 1) bytes[at] = packed.charCodeAt(at);
  const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  return text.split("\n").slice(0, -1);
}

const about = {lanes: [], edges: [], names: [], contracts: [], sources: [], runs: [], findings: [], leftOut: {}};
const exchanges = [];
const logLines = [];
const bySeq = new Map();

// The order of members is that of hopcheck/report/page/index.py.
function exchangeOf(row, number) {
  const [seqs, began, ended, edge, source, target, lane, host, title, status, arrows, weight, size, protocol, contract] = row;
  const pairs = [];
  for (let at = 0; at < arrows.length; at += 2) pairs.push([arrows[at], arrows[at + 1]]);
  return {
    number, seqs, began, ended, lane, title, status, weight, size, arrows: pairs,
    edge: about.edges[edge], source: about.names[source], target: about.names[target], host: about.names[host],
    protocol: about.names[protocol], contract: about.contracts[contract],
    refused: /^[45]\d\d$|^(?!exit 0$)exit|signal|rror|refused|no answer|malformed/.test(status),
  };
}

async function readIndex() {
  const lines = await inflate("index");
  if (!lines.length) return;
  Object.assign(about, JSON.parse(lines[0]));
  const rows = lines.slice(1, 1 + about.exchanges);
  for (const each of JSON.parse(`[${rows.join(",")}]`)) {
    const exchange = exchangeOf(each, exchanges.length);
    exchanges.push(exchange);
    for (const seq of exchange.seqs) bySeq.set(seq, exchange);
  }
  for (const [at, source, text, how] of JSON.parse(`[${lines.slice(1 + about.exchanges).join(",")}]`)) {
    logLines.push({number: logLines.length, at, source: about.sources[source], text, how});
  }
}

// Contents are inflated when somebody first wants one, or when there is nothing else to do.
const details = new Map();
let inflating = null;

function readDetails() {
  inflating ??= inflate("details").then((lines) => {
    for (const line of lines) details.set(Number(/^\{"seq":(\d+)/.exec(line)[1]), line);
    document.documentElement.dataset.ready = "all";
  });
  return inflating;
}
