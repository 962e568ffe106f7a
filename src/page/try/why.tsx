import type { JSX } from "preact";
import type { ExplanationResponse } from "../../client/schemas.ts";
import { language, t } from "../words/language.ts";
import * as why from "./why.ts";

/** The button that asks why, and the words that the answer rests on, as text. */
export function Why(): JSX.Element | null {
  const words = t.value;
  const explanation = why.explanation.value;
  if (!why.isOffered.value) return null;
  return (
    <div class="why">
      <button type="button" aria-pressed={why.isWanted.value} onClick={() => why.toggle()}>
        <kbd aria-hidden="true">W</kbd>
        {words.why}
      </button>
      {why.isWorking.value && <p class="soft">{words.working}</p>}
      {why.isWanted.value && why.failure.value !== "" && (
        <p class="failure" role="alert">
          {words.failed(why.failure.value)}
        </p>
      )}
      {explanation && <Shares explanation={explanation} />}
    </div>
  );
}

function Shares({ explanation }: { readonly explanation: ExplanationResponse }): JSX.Element {
  const words = t.value;
  const { label, against, types, others } = explanation;
  const { pro, con } = why.strongest.value;
  const greatest = Math.max(...[...pro, ...con].map(({ score }) => Math.abs(score))) || 1;
  const rows = (some: typeof pro, kind: "pro" | "con"): JSX.Element[] =>
    some.map(({ start, text, score }) => (
      <tr key={start}>
        <th scope="row" dir="auto">
          {text}
        </th>
        <td>
          <meter class={kind} min="0" max="1" value={Math.abs(score) / greatest} aria-label={text} />
        </td>
        <td class="percent">{signed(score)}</td>
      </tr>
    ));
  return (
    <>
      <p>{against === undefined ? words.whyLabel(label) : words.whyRather(label, against)}</p>
      <table>
        <caption>{words.speakFor}</caption>
        <tbody>{pro.length > 0 ? rows(pro, "pro") : <Nothing />}</tbody>
      </table>
      <table>
        <caption>{words.speakAgainst}</caption>
        <tbody>{con.length > 0 ? rows(con, "con") : <Nothing />}</tbody>
      </table>
      <p class="soft">{words.otherShares(signed(types), signed(others))}</p>
    </>
  );
}

const Nothing = (): JSX.Element => (
  <tr>
    <th scope="row" class="soft">
      {t.value.none}
    </th>
  </tr>
);

const signed = (value: number): string =>
  value.toLocaleString(language.value, { signDisplay: "always", minimumFractionDigits: 2, maximumFractionDigits: 2 });
