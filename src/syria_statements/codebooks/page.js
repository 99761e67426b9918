const find = document.getElementById("find"), count = document.getElementById("count");
const entries = [...document.querySelectorAll("[data-entry]")].map(node => [node, node.textContent.toLowerCase()]);
find.addEventListener("input", () => {
  const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const [node, text] of entries) {
    const hit = words.every(word => text.includes(word));
    node.classList.toggle("hidden", !hit);
    shown += hit;
  }
  for (const section of document.querySelectorAll("section"))
    section.classList.toggle("hidden", words.length > 0 && !section.querySelector("[data-entry]:not(.hidden)"));
  document.querySelector("nav").classList.toggle("hidden", words.length > 0);
  count.textContent = words.length ? `${shown} of ${entries.length} entries` : "";
});
