// --- the search, which needs no page: tests/test_page.py runs it alone ---------------------------

const ALIKE = { "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "ـ": "" };

/** A text as `syria-statements search` compares it: small letters without accents, digits, single spaces. */
const fold = text => text.normalize("NFKD").toLowerCase()
  .replace(/[\p{Mn}\p{Me}\p{Cf}]/gu, "")
  .replace(/[ıłøđßـ]/g, sign => ALIKE[sign])
  .replace(/[^\p{L}\p{N}]|[ʻʼʾʿ]/gu, " ")
  .replace(/ +/g, " ").trim();

/** The words of a query, each as it begins in a folded text; "words in quotation marks" stay together. */
const wordsOf = query => [...query.replace(/[“”„«»]/g, '"').matchAll(/"([^"]+)"|\S+/g)]
  .map(([word, phrase]) => fold(phrase ?? word)).filter(Boolean).map(word => ` ${word}`);

/** Which of the folded texts have all words, in any order; if none has, which have one of them. */
const search = (texts, words) => {
  const all = texts.map(text => words.every(word => ` ${text}`.includes(word)));
  if (!words.length || all.includes(true)) return { hits: all, every: true };
  return { hits: texts.map(text => words.some(word => ` ${text}`.includes(word))), every: false };
};

const message = (words, hits, every) => {
  const found = hits.filter(Boolean).length, of = `of ${hits.length} entries`;
  if (!words.length) return "";
  if (every) return `${found} ${of}`;
  return found ? `No entry has all these words; ${found} ${of} have one of them` : "No entry has these words";
};

// --- the page -------------------------------------------------------------------------------------

const start = () => {
  const find = document.getElementById("find"), count = document.getElementById("count");
  const entries = [...document.querySelectorAll("[data-entry]")];
  const sections = [...document.querySelectorAll("section")];
  const titleOf = section => section.querySelector("h2").textContent;
  const texts = entries.map(entry => fold(`${titleOf(entry.closest("section"))} ${entry.textContent}`));

  const show = () => {
    const words = wordsOf(find.value), { hits, every } = search(texts, words);
    entries.forEach((entry, place) => { entry.hidden = !hits[place]; });
    for (const section of sections) {
      section.hidden = words.length > 0 && !section.querySelector("[data-entry]:not([hidden])");
      document.querySelector(`nav a[href="#${section.id}"]`).hidden = section.hidden;
    }
    count.textContent = message(words, hits, every);
  };
  const empty = () => { find.value = ""; show(); };

  find.addEventListener("input", show);
  find.addEventListener("keydown", event => { if (event.key === "Escape") empty(); });
  // A link leads to a place that must be there: all is shown before it is followed.
  document.addEventListener("click", event => { if (event.target.closest("a[href^='#']")) empty(); });
  addEventListener("hashchange", () => {
    if (!find.value) return;
    empty();
    document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  });
  show(); // a browser that comes back keeps what was in the box
};

if (typeof document === "object") start();
