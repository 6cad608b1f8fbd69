"use strict";
// Puts fresh figures into the overview. Texts and paths change in place, so focus and selection stay where they are.
(() => {
  const live = document.querySelector("[data-live]");
  const stale = document.getElementById("stale");
  if (!live || !stale) return;
  const pause = 5000;
  const patience = 30000;
  let asking = false;

  const put = (news) => {
    for (const [id, text] of Object.entries(news.texts)) {
      const element = document.getElementById(id);
      if (element && element.textContent !== text) element.textContent = text;
    }
    for (const [id, path] of Object.entries(news.paths)) {
      const element = document.getElementById(id);
      if (element && element.getAttribute("d") !== path) element.setAttribute("d", path);
    }
  };

  const refresh = async () => {
    if (document.hidden || asking) return;
    asking = true;
    try {
      const options = { cache: "no-store", signal: AbortSignal.timeout(patience) };
      const answer = await fetch(live.dataset.live, options);
      if (answer.status === 401) {
        location.assign("/ops/sign-in/");
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      put(await answer.json());
      stale.textContent = "";
    } catch {
      stale.textContent = stale.dataset.text;
    } finally {
      asking = false;
    }
  };

  setInterval(refresh, pause);
  document.addEventListener("visibilitychange", refresh);
})();
