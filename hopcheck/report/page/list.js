// A list of which only the rows in sight are in the page, so that its length costs nothing.
const ROW = 28;

class List {
  constructor(box, draw, chosen) {
    Object.assign(this, {box, draw, chosen, items: [], current: -1});
    this.space = node("div", {role: "presentation"});
    box.append(this.space);
    box.addEventListener("scroll", () => this.paint());
    box.addEventListener("keydown", (key) => this.key(key));
    box.addEventListener("click", (click) => {
      const row = click.target.closest(".row");
      if (row) this.choose(Number(row.dataset.at));
    });
    new ResizeObserver(() => this.paint()).observe(box);
  }

  show(items) {
    const kept = this.items[this.current];
    this.items = items;
    this.current = items.indexOf(kept);
    this.space.style.height = `${items.length * ROW}px`;
    this.paint();
  }

  paint() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - 5);
    const last = Math.min(this.items.length, first + Math.ceil(this.box.clientHeight / ROW) + 10);
    const rows = [];
    for (let at = first; at < last; at += 1) {
      const row = this.draw(this.items[at]);
      row.classList.add("row");
      row.id = `${this.box.id}-${at}`;
      row.dataset.at = at;
      row.style.top = `${at * ROW}px`;
      for (const [name, value] of [["role", "option"], ["aria-selected", at === this.current], ["aria-setsize", this.items.length], ["aria-posinset", at + 1]]) row.setAttribute(name, value);
      rows.push(row);
    }
    this.space.replaceChildren(...rows);
    if (this.current >= first && this.current < last) this.box.setAttribute("aria-activedescendant", `${this.box.id}-${this.current}`);
    else this.box.removeAttribute("aria-activedescendant");
  }

  // Bring a row into sight and mark it, without telling anybody.
  mark(at) {
    this.current = at;
    if (at >= 0) {
      const top = at * ROW, seen = this.box.clientHeight;
      if (top < this.box.scrollTop || top + ROW > this.box.scrollTop + seen) this.box.scrollTop = Math.max(0, top - seen / 3);
    }
    this.paint();
  }

  choose(at) {
    if (at < 0 || at >= this.items.length) return;
    this.mark(at);
    this.chosen(this.items[at]);
  }

  key(key) {
    const page = Math.max(1, Math.floor(this.box.clientHeight / ROW) - 1), end = this.items.length - 1;
    const to = {ArrowDown: this.current + 1, ArrowUp: this.current - 1, PageDown: this.current + page, PageUp: this.current - page, Home: 0, End: end}[key.key];
    if (to === undefined || end < 0) return;
    key.preventDefault();
    this.choose(Math.min(end, Math.max(0, to)));
  }
}
