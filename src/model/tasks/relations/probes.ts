import type { Document } from "../../../corpus/document.ts";
import type { PairExample } from "../../../corpus/pairs.ts";
import { decodePairs } from "../../../evaluation/decoding.ts";
import type { ScoredAnswers } from "../../../evaluation/evaluation.ts";
import type { GivenShare, Probes, ProbeScores } from "../../../evaluation/probes.ts";
import type { Scores } from "../../../evaluation/scores.ts";
import { alignedTokens } from "../../../tokenization/inputs/aligned-tokens.ts";
import { rowsOf, type Encoded, type EncodedText } from "../encoded.ts";
import type { Answering, PredictionSettings } from "../task.ts";
import { encodeExamples } from "./encode.ts";
import { scoresOfLogits } from "./evaluation.ts";
import type { RelationsLearned } from "./learned.ts";
import { languageOf, rewrite, sentenceOf } from "./probe-texts.ts";
import { shownTypesOf } from "./shown-types.ts";

/** Right answers that are asked again in rewritten texts, at most. */
const mostRewritten = 300;

/** Asks a model again about what it was scored on, with words masked, types hidden, and sentences denied. */
export async function probe(
  model: Answering<RelationsLearned>,
  encoded: Encoded<PairExample>,
  { answers, scores }: ScoredAnswers<PairExample>,
  settings: PredictionSettings,
): Promise<Probes> {
  const { learned, tokenizer, session, maxLength } = model;
  const { encoding, markers, decoding, thresholds, calibration, goldLabels, noRelationId: none } = learned;
  const decision = { thresholds, calibration };
  const encode = <P extends PairExample>(pairs: readonly P[]): Promise<Encoded<P>> =>
    encodeExamples(tokenizer, pairs, { encoding, markers, maxLength });
  const logitsOf = ({ texts }: Encoded<PairExample>): Promise<Float32Array[]> =>
    session.logits(texts.map((text) => text.encoding), settings); // prettier-ignore
  const scored = async (changed: Encoded<PairExample>): Promise<ProbeScores> =>
    summary(scoresOfLogits(changed, await logitsOf(changed), decoding, decision, goldLabels).scores);
  const given = async (pairs: readonly PairExample[]): Promise<ReadonlySet<string>> => {
    const asked = await encode(pairs);
    const rows = rowsOf(asked.texts, await logitsOf(asked)).map(({ example: pair, logits }) => ({ pair, logits }));
    const decoded = decodePairs(rows, decoding, decision);
    return new Set(
      decoded.flatMap(({ pair, labels }) => (pair.labels.some((id) => labels.includes(id)) ? [pair.id] : [])),
    );
  };

  const masked = { ...encoded, texts: encoded.texts.map((text) => withoutWords(text, model)) };
  const typesOnly = await scored(masked);
  const wordsOnly = shownTypesOf(model) ? await scored(await withoutTypes(encoded, encode)) : undefined;

  const isGiven = ({ labels }: { readonly labels: readonly number[] }): boolean => !labels.includes(none);
  const unrelated = answers.filter(({ example }) => example.labels.includes(none));
  const related = new Set(answers.flatMap(({ example }) => (isGiven(example) ? [typesOf(example)] : [])));
  const together = unrelated.filter(({ example }) => related.has(typesOf(example)) && isInSentence(example));
  const share = (of: typeof answers): GivenShare => ({ pairs: of.length, given: of.filter(isGiven).length });

  const usual = languageOf(
    encoded.texts.flatMap(({ examples }) => examples.slice(0, 1).map(({ document }) => document.text)),
  );
  const right = answers.filter(
    ({ example, labels }) => isGiven(example) && example.labels.every((id) => labels.includes(id)),
  );
  const rewritten = spread(
    right.flatMap(({ example }) => rewrite(example, usual) ?? []),
    mostRewritten,
  );
  const alone = await given(rewritten.map((one) => one.alone));
  const kept = rewritten.filter((one) => alone.has(one.alone.id));
  const again = async (pairs: readonly PairExample[]): Promise<GivenShare> => ({
    pairs: pairs.length,
    given: pairs.length === 0 ? 0 : (await given(pairs)).size,
  });
  const denied = kept.flatMap((one) => one.denied ?? []);
  const languages = [...new Set(kept.flatMap((one) => one.language ?? []))].toSorted().join(", ");
  return {
    whole: summary(scores),
    typesOnly,
    wordsOnly,
    merelyTogether: share(together),
    unrelated: share(unrelated),
    alone: { pairs: rewritten.length, given: alone.size },
    denied: languages === "" ? undefined : { ...(await again(denied)), language: languages },
    besideEachOther: await again(kept.map((one) => one.together)),
  };
}

const summary = ({ relationMicroF1, relationMacroF1 }: Scores): ProbeScores => ({
  microF1: relationMicroF1,
  macroF1: relationMacroF1,
});

const typesOf = ({ document: { entities }, head, tail }: PairExample): string =>
  JSON.stringify([entities[head]!.type, entities[tail]!.type]);

const isInSentence = ({ document: { entities, text }, head, tail }: PairExample): boolean =>
  sentenceOf(text, entities[head]!, entities[tail]!) !== undefined;

/** At most so many, from all over the list. */
const spread = <T>(all: readonly T[], most: number): T[] =>
  all.filter(
    (_, i) => all.length <= most || Math.floor((i * most) / all.length) !== Math.floor(((i - 1) * most) / all.length),
  );

/** The text with every word masked; markers and words of types stay. */
function withoutWords(
  { encoding, ...text }: EncodedText<PairExample>,
  { tokenizer: { words }, learned }: Answering<RelationsLearned>,
): EncodedText<PairExample> {
  const { document, head, tail } = text.examples[0]!;
  const { entities } = document;
  const cuts = learned.encoding === "document" ? entities : [entities[head]!, entities[tail]!];
  const places = alignedTokens(words, document.text, cuts, encoding.inputIds);
  const inputIds = encoding.inputIds.map((id, i) => (places[i] ? words.specialTokenIds.mask : id));
  return { ...text, encoding: { ...encoding, inputIds } };
}

/** The same pairs, encoded from documents whose entities have no type. */
async function withoutTypes(
  { texts, ...rest }: Encoded<PairExample>,
  encode: <P extends PairExample>(pairs: readonly P[]) => Promise<Encoded<P>>,
): Promise<Encoded<PairExample>> {
  const hidden = new Map<Document, Document>();
  const hide = (document: Document): Document => {
    const known = hidden.get(document);
    if (known) return known;
    const untyped = { ...document, entities: document.entities.map((entity) => ({ ...entity, type: "" })) };
    hidden.set(document, untyped);
    return untyped;
  };
  const pairs = texts.flatMap(({ examples }) =>
    examples.map((shown) => ({ ...shown, document: hide(shown.document), shown })),
  );
  const encoded = await encode(pairs);
  return {
    ...rest,
    texts: encoded.texts.map((text) => ({ ...text, examples: text.examples.map(({ shown }) => shown) })),
    unscored: [...rest.unscored, ...encoded.unscored.map((one) => ({ ...one, example: one.example.shown }))],
  };
}
