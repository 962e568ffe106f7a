import type { Document } from "../../../corpus/document.ts";
import { UsageError } from "../../../errors.ts";
import { typeMark } from "../../../tokenization/inputs/typed-markers.ts";
import { entityTypesOf } from "../entity-types.ts";
import type { MarkersRequest, StartRequest } from "../task.ts";
import { levitatedDefaults, type RelationsRun } from "./settings.ts";
import { storedRelationsOf } from "./store.ts";

/**
 * Prepares the texts with the types that markers show, and the types that the model is shown as entities of their own.
 * @throws UsageError for settings that would show nothing
 */
export function start(train: readonly Document[], settings: RelationsRun): StartRequest {
  requireMarkers(settings, train);
  return {
    texts: train.map(({ text, entities }) =>
      // The model reads the words before mentions too.
      settings.markers === "typed" ? `${text} ${entities.map(({ type }) => typeMark(type)).join("")}` : text,
    ),
    typedEntities: typesToSee(settings, train),
    needsTypedEntities: settings.typedEntities === "yes",
    markers: markersOf(settings),
    notesOn({ name, tokenizer, manifest }) {
      const known = tokenizer.entityTypes;
      if (settings.encoding === "document" && settings.typedEntities === "no" && known.length > 0) {
        throw new UsageError(
          `--typed-entities no: ${name} was trained to see types, as ${known.join(", ")}. Leave the flag out, or start from another model.`,
        );
      }
      const trained = storedRelationsOf(manifest)?.markers ?? "plain";
      return trained !== "plain" && settings.markers === "plain"
        ? [
            `it was trained with ${trained === "tokens" ? "special tokens as" : trained} markers and goes on with plain ones; --markers ${trained} keeps them`,
          ]
        : [];
    },
  };
}

/** The markers of an encoder of words. @throws UsageError for a flag that would do nothing */
function markersOf({ encoding, markers, levitatedMarkers, markerStates }: RelationsRun): MarkersRequest {
  const flag =
    levitatedMarkers !== undefined ? "--levitated-markers" : markerStates !== undefined ? "--marker-states" : undefined;
  if (encoding === "pair") {
    if (flag !== undefined)
      throw new UsageError(
        `${flag}: pair encoding has no levitated markers. Leave the flag out, or add --encoding document.`,
      );
    const hasTokens = markers === "tokens";
    return { hasTokens, levitated: undefined, flag: hasTokens ? "--markers tokens" : undefined };
  }
  const attention = levitatedMarkers ?? levitatedDefaults.attention;
  if (attention === "no") {
    if (markerStates !== undefined)
      throw new UsageError("--marker-states: without levitated markers there are no such states. Leave the flag out.");
    return { hasTokens: false, levitated: undefined, flag: undefined };
  }
  return { hasTokens: false, levitated: { attention, state: markerStates ?? levitatedDefaults.state }, flag };
}

/** The entity types that the model is shown: in document encoding, if there are any. */
function typesToSee({ encoding, typedEntities }: RelationsRun, train: readonly Document[]): string[] {
  if (encoding === "document") {
    const types = typedEntities === "no" ? [] : entityTypesOf(train);
    if (typedEntities === "yes" && types.length === 0)
      throw new UsageError("--typed-entities yes: no entity of the training documents has a type.");
    return types;
  }
  if (typedEntities !== "yes") return [];
  throw new UsageError(
    "--typed-entities yes: pair encoding shows the model [MASK] and [MASK2] alone, as transformers does. Add --encoding document, or show types by --markers typed.",
  );
}

/** Refuses markers that would show nothing. @throws UsageError */
function requireMarkers({ encoding, markers }: RelationsRun, train: readonly Document[]): void {
  if (markers === "plain") return;
  if (encoding === "document") {
    throw new UsageError(
      `--markers ${markers}: document encoding puts no markers into the text; it shows types by --typed-entities. Leave the flag out, or add --encoding pair.`,
    );
  }
  if (markers === "tokens") return;
  if (entityTypesOf(train).every((type) => typeMark(type) === ""))
    throw new UsageError(
      "--markers typed: no entity of the training documents has a type with a name. Leave the flag out.",
    );
}
