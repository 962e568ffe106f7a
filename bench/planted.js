// Plants errors in annotated documents, as an annotator makes them: the label of a relation is exchanged, or a relation is left out.
export const kinds = ["uniform", "plausible", "missing"];

/**
 * Changes a share of the relations. `uniform` draws the wrong label from all others; `plausible` from those that relations of the same
 * types have elsewhere, so that types alone do not give it away (relations whose types have no other label stay); `missing` leaves the
 * relation out. Returns the documents, the keys of what was planted, and the number of relations.
 */
export function plant(documents, { kind, share, stream, shuffled }) {
  const places = documents.flatMap(({ relations }, document) =>
    relations.flatMap(({ head, tail }, relation) => (head === tail ? [] : [{ document, relation }])),
  );
  const labelsOf = labelsByTypes(documents, kind);
  const spoilt = documents.map(({ id, text, entities, relations }) => ({
    id,
    text,
    entities,
    relations: [...relations],
  }));
  const keys = new Set();
  for (const { document, relation } of shuffled(places, stream).slice(0, Math.round(share * places.length))) {
    const { id, entities, relations } = spoilt[document];
    const one = relations[relation];
    const at = (label) => keyOf(id, entities[one.head], entities[one.tail], label);
    if (kind === "missing") {
      keys.add(at(one.label));
      relations[relation] = undefined;
      continue;
    }
    const taken = relations
      .filter(({ head, tail }) => head === one.head && tail === one.tail)
      .map(({ label }) => label);
    const others = labelsOf(entities[one.head].type, entities[one.tail].type).filter((label) => !taken.includes(label));
    if (others.length === 0) continue;
    relations[relation] = { ...one, label: others[stream.below(others.length)] };
    keys.add(at(relations[relation].label));
  }
  for (const document of spoilt) document.relations = document.relations.filter((one) => one !== undefined);
  return { spoilt, keys, relations: places.length };
}

function labelsByTypes(documents, kind) {
  const byTypes = new Map();
  for (const { entities, relations } of documents)
    for (const { head, tail, label } of relations) {
      const types = kind === "plausible" ? JSON.stringify([entities[head].type, entities[tail].type]) : "all";
      if (!byTypes.has(types)) byTypes.set(types, new Set());
      byTypes.get(types).add(label);
    }
  const sorted = new Map([...byTypes].map(([types, labels]) => [types, [...labels].sort((a, b) => (a < b ? -1 : 1))]));
  return (head, tail) => sorted.get(kind === "plausible" ? JSON.stringify([head, tail]) : "all");
}

export const keyOf = (document, head, tail, label) =>
  [document, head.start, head.end, tail.start, tail.end, label].join(" ");
