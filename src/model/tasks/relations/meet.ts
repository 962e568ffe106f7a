import type { Document } from "../../../corpus/document.ts";
import { withOneNoRelation } from "../../../corpus/no-relation.ts";
import type { NoticeLog } from "../../../corpus/notices.ts";
import type { Knowing, MetDocuments } from "../task.ts";
import { withUnknownLabels } from "../unknown-labels.ts";
import type { RelationsLearned } from "./learned.ts";
import { shownTypesOf } from "./shown-types.ts";
import { reportTypes } from "../type-notices.ts";

/** Gold documents with the model's label for no relation; labels and types that it does not know are counted. */
export function meet(
  given: readonly Document[],
  model: Knowing<RelationsLearned>,
  notices: NoticeLog,
): MetDocuments<RelationsLearned> {
  const { noRelationNames } = model.learned;
  const documents = withOneNoRelation(given, noRelationNames, notices);
  const gold = documents.flatMap(({ id, relations, source }) =>
    relations.flatMap(({ head, tail, label: written }) => {
      const label = written.trim();
      return head === tail || label === noRelationNames[0] ? [] : [{ label, at: source ?? { file: id } }];
    }),
  );
  const met = withUnknownLabels(gold, model.learned, "relations", notices);
  const types = shownTypesOf(model);
  if (types)
    for (const { entities, source, id } of documents) reportTypes(entities, types, notices, source ?? { file: id });
  return { documents, ...met };
}
