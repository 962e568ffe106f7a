interface Request {
  readonly model?: string;
  readonly text: string;
  readonly entities: readonly { readonly start: number; readonly end: number; readonly type?: string }[] | undefined;
  readonly threshold: number;
}

const bodyOf = ({ model, text, entities, threshold }: Request): unknown => ({
  ...(model === undefined ? {} : { model }),
  documents: [{ text, ...(entities ? { entities } : {}) }],
  threshold,
  relationsOnly: true,
});

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The request as the JSON of its body. */
export const json = (request: Request): string => JSON.stringify(bodyOf(request), null, 2);

/** The request as a command for a terminal. */
export const curl = (url: string, request: Request): string =>
  `curl --silent --fail ${url}/v1/relations \\\n  --header 'content-type: application/json' \\\n  --data ${quoted(json(request))}`;

/** The request as a program. */
export const typescript = (url: string, request: Request): string =>
  `import { RelataClient } from "relata/client";

const client = new RelataClient(${JSON.stringify(url)});
const { documents } = await client.relations(${json(request)});
for (const { entities, relations } of documents)
  for (const { head, tail, label, probability } of relations)
    console.log(entities[head].text, label, entities[tail].text, probability);
`;
