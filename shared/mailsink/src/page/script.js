"use strict";

const fast = 1500;
const slow = 10000;

/** Shows times in the reader's own zone. */
function localTimes(root) {
  for (const time of root.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    time.textContent = time.classList.contains("full") ? at.toLocaleString() : at.toLocaleTimeString();
  }
}

/** Replaces the list, the count and the title by fresh ones. */
async function refresh() {
  const answer = await fetch("/", { cache: "no-store" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  localTimes(fresh);
  for (const id of ["inbox", "count"]) {
    document.getElementById(id).replaceWith(document.adoptNode(fresh.getElementById(id)));
  }
  document.getElementById("empty").hidden = fresh.getElementById("empty").hidden;
  document.title = fresh.title;
}

/** Asks now and then whether the mailbox has changed; less often while nobody looks or nobody answers. */
function follow() {
  let seen = null;
  async function ask() {
    let pause = document.hidden ? slow : fast;
    try {
      const revision = await (await fetch("/api/revision", { cache: "no-store" })).json();
      if (seen !== null && revision !== seen) await refresh();
      seen = revision;
      document.body.classList.remove("lost");
    } catch {
      document.body.classList.add("lost");
      pause = slow;
    }
    setTimeout(ask, pause);
  }
  ask();
}

localTimes(document);
if (document.getElementById("inbox")) {
  follow();
  document.getElementById("empty").addEventListener("click", async () => {
    await fetch("/api/messages/", { method: "DELETE" });
    await refresh();
  });
}
