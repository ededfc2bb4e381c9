// All exchanges at their time, a lane for whoever worked on each host.
const LANE = 24, AXIS = 26;

class TimeLine {
  constructor(canvas, output) {
    Object.assign(this, {canvas, output, from: 0, to: 1, items: []});
    this.whole = exchanges.reduce((end, each) => Math.max(end, each.ended), 1);
    this.lanes = about.lanes.map((name, number) => ({name, number})).sort((a, b) => (about.order.get(a.number) - about.order.get(b.number)));
    this.place = new Map(this.lanes.map((lane, at) => [lane.number, at]));
    this.items = exchanges;
    this.all();
    new ResizeObserver(() => this.draw()).observe(canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    canvas.addEventListener("wheel", (wheel) => {
      if (!wheel.ctrlKey && !wheel.metaKey) return;
      wheel.preventDefault();
      this.zoom(wheel.deltaY > 0 ? 1.25 : 0.8, this.at(wheel.offsetX));
    }, {passive: false});
    canvas.addEventListener("pointerdown", (down) => { this.grip = {x: down.offsetX, from: this.from, to: this.to, moved: false}; canvas.setPointerCapture(down.pointerId); });
    canvas.addEventListener("pointermove", (move) => this.drag(move.offsetX));
    canvas.addEventListener("pointerup", (up) => { const grip = this.grip; this.grip = null; if (grip && !grip.moved) this.pick(up.offsetX, up.offsetY); });
    canvas.addEventListener("pointercancel", () => { this.grip = null; });
    canvas.addEventListener("keydown", (key) => this.key(key));
    this.changed = (now) => { this.tell(now); this.reveal(now.at); this.draw(); };
    watch(this.changed);
  }

  get gutter() { return Math.min(220, this.canvas.clientWidth * 0.3); }
  get width() { return Math.max(1, this.canvas.clientWidth - this.gutter - 8); }
  x(at) { return this.gutter + ((at - this.from) / (this.to - this.from)) * this.width; }
  at(x) { return this.from + ((x - this.gutter) / this.width) * (this.to - this.from); }

  all() { this.from = -this.whole * 0.01; this.to = this.whole * 1.01; this.draw(); }

  zoom(factor, around) {
    const middle = around ?? (selected.at != null && selected.at > this.from && selected.at < this.to ? selected.at : (this.from + this.to) / 2);
    const span = Math.min(this.whole * 1.02, Math.max(50, (this.to - this.from) * factor));
    const share = (middle - this.from) / (this.to - this.from);
    this.move(middle - span * share, span);
  }

  move(from, span) {
    this.from = Math.min(Math.max(from, -this.whole * 0.01), this.whole * 1.01 - span);
    this.to = this.from + span;
    this.draw();
  }

  drag(x) {
    const grip = this.grip;
    if (!grip || (!grip.moved && Math.abs(x - grip.x) < 4)) return;
    grip.moved = true;
    this.move(grip.from - ((x - grip.x) / this.width) * (grip.to - grip.from), grip.to - grip.from);
  }

  reveal(at) {
    const span = this.to - this.from;
    if (at != null && (at < this.from || at > this.to)) this.move(at - span / 2, span);
  }

  pick(x, y) {
    const lane = Math.floor((y - AXIS) / LANE);
    let best = null, distance = 7;
    for (const each of this.items) {
      if (this.place.get(each.lane) !== lane) continue;
      const begin = this.x(each.began), end = Math.max(begin + 2, this.x(each.ended));
      const away = x < begin ? begin - x : x > end ? x - end : 0;
      if (away < distance || (away === distance && best && each.ended - each.began < best.ended - best.began)) { best = each; distance = away; }
    }
    if (best) select({exchange: best}, null);
    else select({at: Math.max(0, this.at(x))}, null);
  }

  key(key) {
    const near = lastBefore(exchanges, selected.at ?? -1, (each) => each.began);
    const now = selected.exchange ? selected.exchange.number : near;
    const to = {ArrowRight: now + 1, ArrowUp: now + 1, ArrowLeft: now - 1, ArrowDown: now - 1, Home: 0, End: exchanges.length - 1}[key.key];
    if (key.shiftKey && /^Arrow(Left|Right)$/.test(key.key)) this.move(this.from + (key.key === "ArrowLeft" ? -0.2 : 0.2) * (this.to - this.from), this.to - this.from);
    else if (to !== undefined && exchanges.length) select({exchange: exchanges[Math.min(exchanges.length - 1, Math.max(0, to))]}, null);
    else if (key.key === "+" || key.key === "=") this.zoom(0.6);
    else if (key.key === "-") this.zoom(1.6);
    else if (key.key === "0") this.all();
    else if (key.key === "Enter" && selected.exchange) find("message").focus();
    else return;
    key.preventDefault();
  }

  tell(now) {
    const said = now.at == null ? "nothing selected" : `${seconds(now.at)} s, ${wallClock(now.at)}${now.exchange ? `: ${printable(now.exchange.title)}, ${printable(now.exchange.source)} to ${printable(now.exchange.target)}` : ""}`;
    this.output.textContent = said;
    this.canvas.setAttribute("aria-valuemax", Math.ceil(this.whole / 1000));
    this.canvas.setAttribute("aria-valuenow", Math.round((now.at ?? 0) / 1000));
    this.canvas.setAttribute("aria-valuetext", said);
  }

  draw() {
    const {canvas} = this, ratio = devicePixelRatio || 1, height = AXIS + this.lanes.length * LANE + 6;
    canvas.style.height = `${height}px`;
    const wide = Math.round(canvas.clientWidth * ratio), high = Math.round(height * ratio);
    if (canvas.width !== wide || canvas.height !== high) Object.assign(canvas, {width: wide, height: high});
    const style = getComputedStyle(document.documentElement), colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, canvas.clientWidth, height);
    pen.font = "12px system-ui, sans-serif";
    pen.textBaseline = "middle";
    this.axis(pen, height, colour);
    this.lanes.forEach((lane, at) => {
      const y = AXIS + at * LANE;
      pen.fillStyle = colour("line");
      pen.fillRect(0, y, canvas.clientWidth, 1);
      pen.fillStyle = colour("ink");
      pen.fillText(fitted(pen, printable(lane.name), this.gutter - 16), 8, y + LANE / 2);
    });
    pen.save();
    pen.beginPath();
    pen.rect(this.gutter, 0, this.width + 8, height);
    pen.clip();
    const tints = {arrow: colour("accent"), beside: colour("dim"), bad: colour("bad"), advice: colour("warn")};
    for (const wrong of [false, true]) {
      for (const each of this.items) {
        if ((each.weight > 0) !== wrong || each.ended < this.from || each.began > this.to) continue;
        const x = this.x(each.began), y = AXIS + this.place.get(each.lane) * LANE;
        pen.fillStyle = each.weight === 2 ? tints.bad : each.weight ? tints.advice : each.arrows.length ? tints.arrow : tints.beside;
        pen.globalAlpha = each.weight ? 1 : each.arrows.length ? 0.75 : 0.4;
        pen.fillRect(x, y + 5, Math.max(2, this.x(each.ended) - x), LANE - 9);
      }
    }
    pen.globalAlpha = 1;
    if (selected.at != null) {
      pen.fillStyle = colour("ink");
      pen.fillRect(this.x(selected.at) - 0.75, 0, 1.5, height);
      const each = selected.exchange;
      if (each) {
        pen.strokeStyle = colour("ink");
        pen.lineWidth = 2;
        pen.strokeRect(this.x(each.began) - 1, AXIS + this.place.get(each.lane) * LANE + 4, Math.max(4, this.x(each.ended) - this.x(each.began) + 2), LANE - 7);
      }
    }
    pen.restore();
  }

  axis(pen, height, colour) {
    const span = this.to - this.from, rough = span / Math.max(2, this.width / 110), power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough);
    for (let at = Math.ceil(this.from / step) * step; at <= this.to; at += step) {
      const x = this.x(at);
      pen.fillStyle = colour("line");
      pen.fillRect(x, AXIS - 6, 1, height);
      pen.fillStyle = colour("dim");
      pen.fillText(`${Number((at / 1e6).toPrecision(8))} s`, x + 4, AXIS / 2);
    }
  }
}

function fitted(pen, text, room) {
  if (pen.measureText(text).width <= room) return text;
  let cut = text.length;
  while (cut > 1 && pen.measureText(`${text.slice(0, cut)}…`).width > room) cut -= 1;
  return `${text.slice(0, cut)}…`;
}
