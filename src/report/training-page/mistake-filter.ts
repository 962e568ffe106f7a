import { html, type Html } from "../html.ts";

/** The ways of being wrong: the model saw nothing, it saw something where nothing is, or it took one label for another. */
export type MistakeKind = "missed" | "invented" | "confused";

export const kindTitles: Readonly<Record<MistakeKind, string>> = {
  missed: "missed: the model saw nothing",
  invented: "invented: nothing is annotated",
  confused: "confused: another label",
};

/** How sure the model was of its answer, in three steps. */
export const sureSteps = [
  { name: "high", title: "very sure: 90 % or more", least: 0.9 },
  { name: "middle", title: "fairly sure: 60 to 90 %", least: 0.6 },
  { name: "low", title: "unsure: less than 60 %", least: 0 },
] as const;

export interface FilterChoices {
  readonly label: string;
  /** Label names; a mistake names them by their position. */
  readonly labels: readonly string[];
  readonly kinds: readonly MistakeKind[];
}

/** Controls that choose among mistakes. They are hidden until the page's program, which they need, shows them. */
export const mistakeFilter = ({ label, labels, kinds }: FilterChoices): Html =>
  html`<form id="mistake-filter" class="filter" hidden autocomplete="off">
    ${choice("label", label, [["", `every ${label}`], ...labels.map((name, i) => [String(i), name] as const)])}
    ${choice("kind", "kind", [["", "every kind"], ...kinds.map((kind) => [kind, kindTitles[kind]] as const)])}
    ${choice("sure", "confidence", [["", "however sure"], ...sureSteps.map(({ name, title }) => [name, title] as const)])}
    <button type="reset">Clear</button>
    <output id="mistakes-shown" aria-live="polite"></output>
  </form>`;

const choice = (name: string, title: string, options: readonly (readonly [value: string, text: string])[]): Html =>
  html`<label
    >${title}
    <select name="${name}">
      ${options.map(([value, text]) => html`<option value="${value}">${text}</option>`)}
    </select>
  </label>`;

/** Shows some more of the mistakes that fit; hidden like the controls. */
export const moreButton = html`<p><button type="button" id="mistakes-more" class="more" hidden>Show more</button></p>`;

/** The page's program: it shows a dozen mistakes at once and hides the mistakes that do not fit the choices. All of them are on the page without it. */
export const filterScript = `(() => {
  const form = document.getElementById("mistake-filter");
  if (!form) return;
  const items = [...document.querySelectorAll(".mistakes > li")];
  const shown = document.getElementById("mistakes-shown");
  const more = document.getElementById("mistakes-more");
  const page = 12;
  let most = page;
  const fits = (item, name) => {
    const wanted = form.elements[name].value;
    return wanted === "" || item.dataset[name].split(" ").includes(wanted);
  };
  const apply = () => {
    const fitting = items.filter((item) => ["label", "kind", "sure"].every((name) => fits(item, name)));
    const visible = new Set(fitting.slice(0, most));
    for (const item of items) item.hidden = !visible.has(item);
    shown.textContent = visible.size + " of " + fitting.length + " shown";
    more.hidden = visible.size === fitting.length;
  };
  const afresh = () => {
    most = page;
    apply();
  };
  form.addEventListener("input", afresh);
  form.addEventListener("reset", () => setTimeout(afresh));
  more.addEventListener("click", () => {
    most += page;
    apply();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  apply();
})();`;
