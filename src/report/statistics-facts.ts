import type { CorpusSource } from "../formats/read.ts";
import type { AgreementStatistics, PairAgreement } from "../statistics/agreement.ts";
import type { CorpusStatistics } from "../statistics/corpus-statistics.ts";
import type { ReportNotice } from "./notices-list.ts";
import type { DistributionSummary } from "../statistics/distribution.ts";

/** The statistics of a corpus, from which tables and pages are written. */
export interface CorpusFacts extends CorpusStatistics {
  readonly sources: readonly CorpusSource[];
  readonly notices: readonly ReportNotice[];
  readonly noRelationLabel: string;
  /** Absent if no text has several annotators. */
  readonly agreement?: AgreementStatistics;
}

const numbers = new Intl.NumberFormat("en");

/** `12,345` */
export const grouped = (count: number): string => numbers.format(count);

/** `9.6 %` */
export function percent(count: number, total: number): string {
  const share = total > 0 ? (100 * count) / total : 0;
  return share > 0 && share < 0.1 ? "< 0.1 %" : `${share.toFixed(1)} %`;
}

export const mean = ({ sum, count }: DistributionSummary): string => (count === 0 ? "–" : (sum / count).toFixed(1));

/** A distribution and its title in tables and plots. */
export interface StatisticsRow {
  readonly title: string;
  readonly summary: DistributionSummary;
}

export const statisticsRows = ({ documents, entities, relations, tokens }: CorpusFacts): StatisticsRow[] => [
  { title: "characters of a text", summary: documents.characters },
  { title: "words of a text", summary: documents.words },
  { title: `tokens of a text${tokens.isEstimate ? ", estimated" : ""}`, summary: tokens.perDocument },
  { title: "entities of a text", summary: entities.perDocument },
  { title: "words of an entity", summary: entities.words },
  { title: "relations of a text", summary: relations.perDocument },
  { title: "characters between related", summary: relations.distance.characters },
  { title: "words between related", summary: relations.distance.words },
];

/** A count with its name, and the total if it is a share. */
export interface Fact {
  readonly name: string;
  readonly count: number;
  readonly total?: number;
  /** A name for the total, if neither the title nor the line before gives it. */
  readonly of?: string;
}

export interface FactGroup {
  readonly title: string;
  readonly facts: readonly Fact[];
  readonly note?: string;
}

/** Lists the facts of a corpus, one number a line. */
export function statisticsFacts({ documents, entities, relations, tokens, noRelationLabel }: CorpusFacts): FactGroup[] {
  const { pairs } = relations;
  const related = "related";
  return [
    {
      title: "Documents",
      facts: [
        { name: "documents", count: documents.total },
        { name: "without an entity", count: documents.withoutEntities, total: documents.total },
        { name: "with one entity, so without a pair", count: documents.withOneEntity, total: documents.total },
        { name: "without a related pair", count: documents.withoutRelations, total: documents.total },
      ],
    },
    {
      title: "Entities",
      facts: [
        { name: "entities", count: entities.total },
        { name: "that no relation touches", count: entities.unrelated, total: entities.total },
        { name: "that share characters with another one", count: entities.overlapping, total: entities.total },
        { name: "that lie inside of a longer one", count: entities.nested, total: entities.total },
        { name: "on the same characters as another one", count: entities.equalSpans, total: entities.total },
      ],
    },
    {
      title: "Ordered pairs of entities",
      facts: [
        { name: "pairs", count: pairs.total },
        { name: `without a relation, ${noRelationLabel}`, count: pairs.unrelated, total: pairs.total },
        { name: `annotated as ${noRelationLabel}`, count: pairs.explicitNegatives, total: pairs.total },
        { name: "related", count: pairs.related, total: pairs.total },
        { name: "with several labels", count: pairs.severalLabels, total: pairs.related, of: related },
        { name: "related in both directions", count: pairs.bothDirections, total: pairs.related, of: related },
      ],
    },
    {
      title: "Relations",
      facts: [
        { name: "relations", count: relations.total },
        { name: "of an entity with itself", count: relations.selfLoops, total: relations.total },
        { name: "that repeat another one", count: relations.repeated, total: relations.total },
      ],
    },
    {
      title: `What a model that reads ${grouped(tokens.maxLength)} tokens at once does not see`,
      note: `Tokens are ${tokens.isEstimate ? "estimated" : "counted"}: ${tokens.method}.`,
      facts: [
        {
          name: "texts that are longer: of these each pair is seen with the text around it",
          count: tokens.longDocuments,
          total: documents.total,
        },
        {
          name: "related pairs too far apart to be seen at once, which cannot be found",
          count: tokens.pairsTooFarApart,
          total: pairs.related,
          of: related,
        },
      ],
    },
  ];
}

/** Columns of the agreement table, which has one row for each pair of annotators. */
export const agreementColumns = ["annotators", "texts", "entities κ", "F1", "relations κ", "F1"] as const;

export const agreementNote =
  "κ is Cohen's kappa: of entities over words and the types on them, of relations over ordered pairs of spans that both " +
  "marked; – where both gave everything one label. F1 is of equal ends and type, or label.";

/** Writes the counts and ratios of two annotators as cells. */
export const agreementRow = ({ annotators, texts, entities, relations }: PairAgreement): string[] => [
  annotators.join(", "),
  grouped(texts),
  ...[entities, relations].flatMap(({ kappa, f1 }) => [ratio(kappa), ratio(f1)]),
];

const ratio = (value: number | null): string => (value === null ? "–" : value.toFixed(2));
