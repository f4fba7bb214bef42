// Figures on request: brings a figure's "Make it interactive" button to life. The drawn figure
// and its table stay the way to read it; the library is fetched only after a click.
(() => {
  "use strict";

  const library = document.currentScript && document.currentScript.dataset.plotly;
  let loading = null;

  function load() {
    loading = loading || new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = library;
      script.onload = () => done(window.Plotly);
      script.onerror = () => { loading = null; fail(new Error("not loaded")); };
      document.head.append(script);
    });
    return loading;
  }

  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // The figure's colours are the page's, so they follow the reader's light or dark setting.
  function dressed(layout) {
    const lines = { gridcolor: token("--line"), zerolinecolor: token("--ink"), automargin: true };
    return {
      ...layout, autosize: true, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: "inherit", size: 15, color: token("--ink") },
      hoverlabel: { font: { size: 15 } }, margin: { l: 56, r: 16, t: 16, b: 48 },
      xaxis: { ...lines, ...layout.xaxis }, yaxis: { ...lines, ...layout.yaxis },
    };
  }

  // Line and band of a series look as in the drawn figure: colour and dash, never colour alone.
  const DASHES = ["solid", "9px,5px", "2px,5px", "12px,4px,2px,4px", "5px,3px", "1px,4px"];
  function drawnAlike(trace) {
    const kind = ((trace.meta || 1) - 1) % 6;
    const color = token(`--series-${kind + 1}`);
    return trace.showlegend === false
      ? { ...trace, line: { width: 0, color }, fillcolor: `${color}29` }
      : { ...trace, line: { width: 2.5, color, dash: DASHES[kind] } };
  }

  async function enliven(button) {
    const figure = document.getElementById(button.dataset.plotlyFor);
    const place = figure && figure.querySelector(".chart-place");
    if (!place) return;
    button.disabled = true;
    try {
      const [plotly, answer] = await Promise.all([
        load(), fetch(button.dataset.plotlyUrl, { credentials: "same-origin" })]);
      if (!answer.ok) throw new Error(String(answer.status));
      const { data, layout } = await answer.json();
      const live = document.createElement("div");
      live.className = "chart-live";
      place.insertAdjacentElement("beforebegin", live);
      place.hidden = true;
      await plotly.newPlot(live, data.map(drawnAlike), dressed(layout), { displayModeBar: false, responsive: true });
      button.hidden = true;
      live.tabIndex = -1;
      live.focus();
    } catch (problem) {
      place.hidden = false;
      button.disabled = false;
      const messages = document.getElementById("messages");
      if (messages) messages.textContent = button.dataset.plotlyFailed || "";
    }
  }

  function reveal() {
    if (!library) return;
    for (const button of document.querySelectorAll("button[data-plotly-url]")) {
      if (!button.disabled) button.hidden = false;
    }
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest("button[data-plotly-url]");
    if (button) enliven(button);
  });
  document.addEventListener("htmx:after:swap", reveal);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", reveal);
  else reveal();
})();
