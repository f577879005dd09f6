"use strict";
// Tables sort by their headings: a button in each, a word for screen readers, numbers as numbers. Without this script
// the tables stay as they are.
(() => {
  const factors = { "ms": 0.001, "s": 1, "min": 60, "h": 3600, "KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "PB": 1e15,
    "KiB": 1024, "MiB": 1048576, "GiB": 1073741824, "TiB": 1099511627776 };
  const value = (cell) => {
    const lines = cell.innerText.split("\n").map((line) => line.trim());
    // A cell of the matrix names its winner above the money.
    const text = (lines.find((line) => line.startsWith("$")) || lines[0]).replace(/,/g, "");
    if (["", "?", "-", "–", "none"].includes(text)) { return null; }
    const span = text.match(/^(\d+) h (\d+) min$/);
    if (span) { return Number(span[1]) * 3600 + Number(span[2]) * 60; }
    const number = text.match(/^([+-]|±|< |> )?\$?(-?[\d.]+(?:e-?\d+)?)\s*([A-Za-z]+|%)?$/);
    if (!number) { return text.toLowerCase(); }
    const sign = number[1] === "-" ? -1 : 1;
    return sign * Number(number[2]) * (factors[number[3]] || 1);
  };
  const compare = (a, b) => {
    if (a === null || b === null) { return (a === null) - (b === null); }
    if (typeof a === "number" && typeof b === "number") { return a - b; }
    return String(a).localeCompare(String(b), "en");
  };
  const said = document.createElement("p");
  said.className = "unseen";
  said.setAttribute("role", "status");
  document.body.append(said);
  for (const table of document.querySelectorAll("table")) {
    const head = table.querySelector("thead tr");
    const body = table.tBodies[0];
    if (!head || body.rows.length < 2) { continue; }
    [...head.cells].forEach((cell, column) => {
      if (cell.textContent.trim() === "") { return; }
      const button = document.createElement("button");
      button.type = "button";
      button.append(...cell.childNodes);
      cell.append(button);
      button.addEventListener("click", () => {
        const down = cell.getAttribute("aria-sort") === "ascending";
        for (const other of head.cells) { other.removeAttribute("aria-sort"); }
        cell.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].filter((row) => !row.classList.contains("total"));
        const keyed = rows.map((row, index) => ({ row, index, key: value(row.cells[column]) }));
        keyed.sort((a, b) => {
          // What is not known stands last in either direction.
          const order = a.key === null || b.key === null || !down ? compare(a.key, b.key) : -compare(a.key, b.key);
          return order || a.index - b.index;
        });
        const totals = [...body.rows].filter((row) => row.classList.contains("total"));
        body.append(...keyed.map((it) => it.row), ...totals);
        said.textContent = `Sorted by ${button.innerText.trim()}, ${down ? "descending" : "ascending"}`;
      });
    });
  }
  // Paper cannot unfold.
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => { part.open = true; }));
})();
