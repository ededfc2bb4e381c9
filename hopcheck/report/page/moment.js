// The one instant that is selected, and who wants to know of it.
const watchers = [];
const selected = {at: null, exchange: null, line: null};

function watch(watcher) { watchers.push(watcher); }

// `from` is who says so, and is not told; what an exchange or a line does not say is found by time.
function select(what, from) {
  Object.assign(selected, {exchange: null, line: null}, what);
  if (selected.exchange && what.at == null) selected.at = selected.exchange.began;
  for (const watcher of watchers) if (watcher !== from) watcher(selected);
}

// The last of what is sorted by time that is not later; -1 where there is none.
function lastBefore(sorted, at, time) {
  let low = 0, high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((time(sorted[middle]) ?? -Infinity) <= at) low = middle + 1; else high = middle;
  }
  return low - 1;
}

const seconds = (at) => (at == null ? "" : (at / 1e6).toFixed(3));

function wallClock(at) {
  if (!about.start || at == null) return "";
  const start = Date.parse(about.start);
  return `${new Date(start + at / 1000).toISOString().slice(11, 23)} UTC`;
}
