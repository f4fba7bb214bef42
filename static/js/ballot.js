// A ballot's small comforts: the running sum of a budget, and one press for the next free rank.
(() => {
  "use strict";

  const form = document.getElementById("ballot");
  if (!form) return;

  const running = document.getElementById("running");
  const numbers = new Intl.NumberFormat(document.documentElement.lang || "en");
  function sum() {
    const budget = Number(running.dataset.budget);
    let spent = 0;
    for (const box of form.querySelectorAll("input[data-cost]:checked")) spent += Number(box.dataset.cost);
    const over = spent > budget;
    const words = over ? running.dataset.over : running.dataset.spent;
    running.textContent = words
      .replace("{spent}", numbers.format(spent))
      .replace("{left}", numbers.format(budget - spent))
      .replace("{over}", numbers.format(spent - budget));
    running.classList.toggle("is-over", over);
  }
  if (running) {
    form.addEventListener("change", sum);
    sum();
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-rank-next]");
    if (!button) return;
    const ranks = [...form.querySelectorAll("select[data-rank]")];
    const own = document.getElementById(button.dataset.rankNext);
    const taken = new Set(ranks.filter((one) => one !== own).map((one) => one.value));
    const free = [...own.options].find((option) => option.value && !taken.has(option.value));
    if (free) own.value = free.value;
    own.focus();
  });
})();
