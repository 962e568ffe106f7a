// Made-up texts, and batches in the forms that the contestants take.

/** A text of so many tokens with entities of two tokens each at these places, as the model reads it. */
export function encodingOf(words, places, pairs, { entityId = () => 2, wordId = (i) => 10 + ((i * 37) % 3000) } = {}) {
  return {
    inputIds: Int32Array.from({ length: words }, (_, i) => wordId(i)),
    entityIds: Int32Array.from(places, (_, slot) => entityId(slot)),
    entityPositionIds: places.map((place) => Int32Array.of(place, place + 1)),
    pairs,
    truncated: false,
    mentionCut: false,
  };
}

/** `count` places at equal distances. */
export const placesIn = (words, entities) =>
  Array.from({ length: entities }, (_, i) => 1 + Math.floor((i * (words - 4)) / entities));

/** Every ordered pair of `count` entities. */
export const permutations = (count) =>
  Array.from({ length: count * (count - 1) }, (_, i) => {
    const [head, rest] = [Math.floor(i / (count - 1)), i % (count - 1)];
    return [head, rest < head ? rest : rest + 1];
  });

/**
 * A text with every ordered pair of its entities, as document encoding reads it; and the first of these pairs, each as pair
 * encoding reads it, with two markers around each mention.
 */
export function everyPair(words, entities, most = 64) {
  const places = placesIn(words, entities);
  const pairs = permutations(entities);
  const marked = pairs
    .slice(0, most)
    .map(([head, tail]) =>
      encodingOf(words + 4, [places[head], places[tail]], [[0, 1]], { entityId: (slot) => 2 + slot }),
    );
  return { document: encodingOf(words, places, pairs), marked };
}

/** The first pairs of a text's entities as transformers takes them, each marked in a copy of the text, in batches. */
export function collateMarked(collate, { words, entities, batchSize, most }) {
  const { marked } = everyPair(words, entities, most);
  return Array.from({ length: Math.ceil(marked.length / batchSize) }, (_, i) =>
    forTransformers(collate(marked.slice(i * batchSize, (i + 1) * batchSize), { padTokenId: 1, entityPadId: 0 })),
  );
}

/** Texts with one marked pair each, of words from all over a vocabulary. */
export function markedPairs(texts, words, vocabulary) {
  const next = lcg(12345);
  const wordId = () => 4 + (next() % (vocabulary - 4));
  return Array.from({ length: texts }, () =>
    encodingOf(words, placesIn(words, 2), [[0, 1]], { entityId: (slot) => 2 + slot, wordId }),
  );
}

/** Whole numbers below 2³¹ that look random: Knuth's constants of a linear congruential generator, upper bits only. */
export function lcg(seed) {
  let state = BigInt(seed);
  return () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & (2n ** 64n - 1n);
    return Number(state >> 33n);
  };
}

/** Writes a batch of `collate` as JSON. */
export const forRelata = (batch) =>
  Object.fromEntries(
    Object.entries(batch).map(([name, value]) => [name, ArrayBuffer.isView(value) ? Array.from(value) : value]),
  );

const byteWide = new Set(["attentionMask", "entityAttentionMask"]);

/** Reads a batch from its JSON. */
export const fromJson = (json) =>
  Object.fromEntries(
    Object.entries(json).map(([name, value]) => [
      name,
      Array.isArray(value) ? (byteWide.has(name) ? Uint8Array : Int32Array).from(value) : value,
    ]),
  );

/** The length to which LukeTokenizer pads every mention. */
const mentionLength = 30;

/** The arguments of transformers' `forward`, as LukeTokenizer would give them; with `words`, padded to that many. */
export function forTransformers(batch, { words = batch.words, padTokenId = 1 } = {}) {
  const slots = [batch.batch, batch.entities];
  return {
    input_ids: nested(widened(batch.inputIds, batch.words, words, padTokenId), [batch.batch, words]),
    attention_mask: nested(widened(batch.attentionMask, batch.words, words, 0), [batch.batch, words]),
    entity_ids: nested(batch.entityIds, slots),
    entity_attention_mask: nested(batch.entityAttentionMask, slots),
    entity_position_ids: nested(widened(batch.entityPositionIds, batch.mention, mentionLength, -1), [
      ...slots,
      mentionLength,
    ]),
    labels: batch.labels && [...batch.labels],
  };
}

/** Pads rows of `from` values to `to` values. */
function widened(data, from, to, filler) {
  const rows = data.length / from;
  const wide = new Int32Array(rows * to).fill(filler);
  for (let row = 0; row < rows; row++) wide.set(data.subarray(row * from, row * from + Math.min(from, to)), row * to);
  return wide;
}

function nested(data, [count, ...rest]) {
  if (rest.length === 0) return [...data];
  const size = data.length / count;
  return Array.from({ length: count }, (_, i) => nested(data.subarray(i * size, (i + 1) * size), rest));
}

/** Recovers the encodings that `collate` made a batch of, for programs that score encodings. */
export function encodingsOf({ batch, words, entities, mention, inputIds, attentionMask, ...rest }) {
  const { entityIds, entityAttentionMask, entityPositionIds, pairs } = rest;
  return Array.from({ length: batch }, (_, text) => {
    const slots = Array.from({ length: entities }, (_, k) => text * entities + k).filter(
      (slot) => entityAttentionMask[slot] === 1,
    );
    const ofText = [];
    for (let i = 0; i < pairs.length; i += 2) {
      if (Math.floor(pairs[i] / entities) === text) ofText.push([pairs[i] % entities, pairs[i + 1] % entities]);
    }
    return {
      inputIds: inputIds.subarray(text * words, (text + 1) * words).filter((_, i) => attentionMask[text * words + i]),
      entityIds: Int32Array.from(slots, (slot) => entityIds[slot]),
      entityPositionIds: slots.map((slot) =>
        entityPositionIds.subarray(slot * mention, (slot + 1) * mention).filter((position) => position >= 0),
      ),
      pairs: ofText,
      truncated: false,
      mentionCut: false,
    };
  });
}
