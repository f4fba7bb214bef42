// Parts of a photo to be covered: drawn with the pointer, moved with the keys, written as lines.
(() => {
  "use strict";
  const STEP = 1;
  const SMALLEST = 1;
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const tidy = (value) => Math.round(value * 10) / 10;

  // Who has scripts draws instead; what was ticked before they came stays covered.
  const squaresToLines = (root, lines) => {
    for (const box of root.querySelectorAll("[data-squares] input:checked")) {
      const [column, row] = ["ABCDEF".indexOf(box.value[0]), Number(box.value[1]) - 1];
      const part = [column, row].map((n) => tidy(n * 100 / 6)).concat(16.7, 16.7).join(" ");
      lines.value = lines.value.trim() ? `${lines.value.trim()}\n${part}` : part;
    }
    root.querySelectorAll("[data-squares]").forEach((one) => one.remove());
  };

  const start = (root) => {
    const sheet = root.querySelector(".covering");
    const lines = document.getElementById(root.dataset.lines);
    const add = root.querySelector("[data-cover-add]");
    if (!sheet || !lines || root.dataset.ready) return;
    root.dataset.ready = "1";
    add.parentElement.hidden = false;
    squaresToLines(root, lines);

    const read = () => lines.value.split("\n")
      .map((line) => line.trim().split(/\s+/).map(Number))
      .filter((part) => part.length === 4 && part.every(Number.isFinite));
    const write = (parts, focused) => {
      lines.value = parts.map((part) => part.map(tidy).join(" ")).join("\n");
      draw(focused);
    };
    const within = ([left, top, width, height]) => {
      const wide = clamp(width, SMALLEST, 100);
      const high = clamp(height, SMALLEST, 100);
      return [clamp(left, 0, 100 - wide), clamp(top, 0, 100 - high), wide, high];
    };
    const place = (element, [left, top, width, height]) => {
      Object.assign(element.style, {
        insetInlineStart: `${left}%`, insetBlockStart: `${top}%`,
        inlineSize: `${width}%`, blockSize: `${height}%`,
      });
    };
    const draw = (focused) => {
      sheet.querySelectorAll(".covering__part").forEach((one) => one.remove());
      read().forEach((part, n) => {
        const element = document.createElement("button");
        element.type = "button";
        element.className = "covering__part";
        element.dataset.n = n;
        element.setAttribute("aria-label", root.dataset.part.replace("{n}", n + 1));
        place(element, part);
        sheet.append(element);
        if (n === focused) element.focus();
      });
    };

    const at = (event) => {
      const box = sheet.getBoundingClientRect();
      return [clamp((event.clientX - box.left) / box.width * 100, 0, 100),
        clamp((event.clientY - box.top) / box.height * 100, 0, 100)];
    };
    let from = null;
    let ghost = null;
    const spanned = (event) => {
      const [x, y] = at(event);
      return [Math.min(from[0], x), Math.min(from[1], y), Math.abs(x - from[0]), Math.abs(y - from[1])];
    };
    sheet.addEventListener("pointerdown", (event) => {
      if (event.button || event.target.closest(".covering__part")) return;
      event.preventDefault();
      from = at(event);
      ghost = document.createElement("div");
      ghost.className = "covering__part";
      sheet.append(ghost);
      sheet.setPointerCapture(event.pointerId);
    });
    sheet.addEventListener("pointermove", (event) => { if (from) place(ghost, spanned(event)); });
    sheet.addEventListener("pointerup", (event) => {
      if (!from) return;
      const part = spanned(event);
      from = null;
      ghost.remove();
      if (part[2] >= SMALLEST && part[3] >= SMALLEST) {
        const parts = [...read(), within(part)];
        write(parts, parts.length - 1);
      }
    });
    sheet.addEventListener("pointercancel", () => { from = null; ghost?.remove(); });

    sheet.addEventListener("keydown", (event) => {
      const element = event.target.closest(".covering__part");
      const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
      if (!element) return;
      const parts = read();
      const n = Number(element.dataset.n);
      if (event.key === "Delete" || event.key === "Backspace") {
        event.preventDefault();
        parts.splice(n, 1);
        write(parts, Math.min(n, parts.length - 1));
        if (!parts.length) add.focus();
      } else if (moves[event.key]) {
        event.preventDefault();
        const [across, down] = moves[event.key];
        const [left, top, width, height] = parts[n];
        parts[n] = within(event.shiftKey
          ? [left, top, Math.min(width + across, 100 - left), Math.min(height + down, 100 - top)]
          : [left + across, top + down, width, height]);
        write(parts, n);
      }
    });
    add.addEventListener("click", () => {
      const parts = [...read(), [40, 40, 20, 20]];
      write(parts, parts.length - 1);
    });
    lines.addEventListener("input", () => draw());
    draw();
  };

  const all = () => document.querySelectorAll("[data-covering]").forEach(start);
  document.addEventListener("DOMContentLoaded", all);
  document.addEventListener("htmx:after:swap", all);
  all();
})();
