// Values as people read them. Everything becomes text nodes; characters that could fool a reader become escapes.
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]/gu;
const TOKENS = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s{}[\],:"]+/g;

function printable(text) {
  return String(text).replace(CONTROL, (found) => {
    const code = found.codePointAt(0);
    return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

const isCut = (text) => / … of \d+ characters$/.test(text);

function isJson(text) {
  if (!/^\s*[[{"\d-]|^\s*(?:true|false|null)\s*$/.test(text)) return false;
  try { JSON.parse(text); return true; } catch { return isCut(text) && /^\s*[[{]/.test(text); }
}

// JSON line by line, each with the path of what it shows. Numbers stay as they were written.
function prettyJson(text) {
  const lines = [], stack = [], tokens = text.match(TOKENS) || [];
  let line = "";
  const path = () => stack.map((frame) => frame.key).join("/");
  const put = () => { if (line.trim()) lines.push({text: line, path: path()}); line = "  ".repeat(stack.length); };
  tokens.forEach((token, at) => {
    const frame = stack.at(-1);
    if (token === "{" || token === "[") {
      line += token;
      if (tokens[at + 1] === (token === "{" ? "}" : "]")) { stack.push(null); return; }
      lines.push({text: line, path: path()});
      stack.push({list: token === "[", key: token === "[" ? 0 : "", fresh: true});
      line = "  ".repeat(stack.length);
    } else if (token === "}" || token === "]") {
      if (frame === null) { stack.pop(); line += token; return; }
      put();
      stack.pop();
      line = "  ".repeat(stack.length) + token;
    } else if (token === ",") {
      line += ",";
      put();
      if (frame?.list) frame.key += 1; else if (frame) frame.fresh = true;
    } else if (token === ":") {
      line += ": ";
    } else {
      if (frame && !frame.list && frame.fresh) {
        frame.fresh = false;
        try { frame.key = JSON.parse(token); } catch { frame.key = token; }
      }
      line += token;
    }
  });
  put();
  return lines;
}

function prettyXml(text) {
  let depth = 0;
  return text.replace(/>\s*</g, ">\n<").split("\n").map((line) => {
    if (/^<\//.test(line)) depth = Math.max(0, depth - 1);
    const shown = "  ".repeat(depth) + line;
    if (/^<[^!?/][^>]*[^/]>$/.test(line) && !/<\//.test(line)) depth += 1;
    return {text: shown, path: ""};
  });
}

function prettyForm(text) {
  const decoded = (word) => { try { return decodeURIComponent(word.replace(/\+/g, " ")); } catch { return word; } };
  return text.split("&").map((pair) => ({text: pair.split("=").map(decoded).join(" = "), path: ""}));
}

function pretty(text, type) {
  if (isJson(text)) return ["JSON", prettyJson(text)];
  const rows = text.split("\n").filter((row) => row.trim());
  if (rows.length > 1 && rows.every(isJson)) {
    return ["JSON lines", rows.flatMap((row, at) => [{text: `— line ${at + 1} —`, path: ""}, ...prettyJson(row)])];
  }
  if (/^\s*</.test(text)) return ["XML", prettyXml(text.trim())];
  if (/x-www-form-urlencoded/.test(type || "")) return ["form", prettyForm(text)];
  return [/^---|^[\w-]+:(?: |\n)/.test(text) ? "YAML" : "text", text.split("\n").map((each) => ({text: each, path: ""}))];
}

// A place as findings name it ("response.body.data[0].id: format uuid") as steps.
function steps(place) {
  return [...place.split(": ")[0].matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)].map((found) => found[1] ?? found[2]);
}

// The path in these lines that a place means: its longest end that is there, or the nearest above it.
function pathOf(place, lines) {
  const known = new Set(lines.map((line) => line.path).filter(Boolean));
  const whole = steps(place);
  for (let to = whole.length; to > 0; to -= 1) {
    for (let from = 0; from < to; from += 1) {
      const path = whole.slice(from, to).join("/");
      if (known.has(path)) return path;
    }
  }
  return null;
}

function block(lines, places) {
  const made = node("pre", {tabindex: 0});
  const wrong = new Set((places || []).map((place) => pathOf(place, lines)).filter((path) => path != null));
  for (const line of lines) {
    const text = `${printable(line.text)}\n`;
    made.append(line.path && wrong.has(line.path) ? node("span", {class: "wrong-here"}, text) : text);
  }
  return made;
}
