import { parse, parseFragment, type DefaultTreeAdapterTypes as Tree } from "parse5";
import type { Span } from "../../corpus/document.ts";
import { offsetsToUtf16 } from "../offsets.ts";

/**
 * A place in a page as the tool writes it: the path to a node, and an offset that counts its characters or, for an
 * element, its children.
 */
export interface PagePlace {
  readonly path: string;
  readonly offset: number;
}

/**
 * A page as displayed: the text between its tags, with a line break between blocks that would otherwise run together.
 */
export interface Page {
  readonly text: string;
  /** Converts places in the page to a span in UTF-16 code units of `text`; undefined if there is no such node. */
  span(start: PagePlace, end: PagePlace, unit: "utf-16" | "code-point"): Span | undefined;
  /** Like `span`, for offsets into all text of the page, including its white space. */
  globalSpan(start: number, end: number, unit: "utf-16" | "code-point"): Span | undefined;
}

const blocks = new Set(
  (
    "address article aside blockquote br caption center dd details dialog div dl dt fieldset figcaption figure footer form " +
    "h1 h2 h3 h4 h5 h6 header hr legend li main menu nav ol optgroup option p pre section summary table tbody tfoot thead " +
    "title tr ul"
  ).split(" "),
);
const cells = new Set(["td", "th"]);
/** Elements whose text is not displayed. */
const unseen = new Set(["script", "style", "noscript"]);

/** A piece of text in the page, with its place in the text that is read and its place in all text. */
interface Piece {
  readonly node: Tree.Node;
  readonly value: string;
  readonly start: number;
  readonly globalStart: number;
}

const childrenOf = (node: Tree.Node): readonly Tree.ChildNode[] => ("childNodes" in node ? node.childNodes : []);
const isText = (node: Tree.Node): node is Tree.TextNode => node.nodeName === "#text";

/**
 * Parses the source of a page as browsers do.
 * @param isDocument whether `html` and `body` are elements of their own, as in a frame; in a page within another they
 * are not
 */
export function openPage(source: string, isDocument: boolean): Page {
  const root = isDocument ? bodyOf(parse(source)) : parseFragment(source);
  const pieces: Piece[] = [];
  let text = "";
  let global = "";
  // The separator before the next text, used if neither side has white space there.
  let gap = "";
  // Nodes to visit, the next one last; an explicit stack, so that deep pages do not overflow the call stack.
  const pending: (Tree.Node | { readonly after: string; readonly unseen?: boolean })[] = [root];
  let unseenDepth = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if ("after" in next) {
      gap ||= next.after;
      if (next.unseen) unseenDepth--;
      continue;
    }
    if (isText(next)) {
      const { value } = next;
      if (unseenDepth === 0) {
        if (text !== "" && !/\s$/.test(text) && !/^\s/.test(value)) text += gap;
        gap = "";
      }
      pieces.push({ node: next, value, start: text.length, globalStart: global.length });
      if (unseenDepth === 0) text += value;
      global += value;
      continue;
    }
    const by = blocks.has(next.nodeName) ? "\n" : cells.has(next.nodeName) ? " " : "";
    gap ||= by;
    const isUnseen = unseen.has(next.nodeName);
    if (isUnseen) unseenDepth++;
    pending.push({ after: by, unseen: isUnseen }, ...childrenOf(next).toReversed());
  }
  const places = new Map(pieces.map((piece) => [piece.node, piece]));

  const place = ({ path, offset }: PagePlace, unit: "utf-16" | "code-point"): number | undefined => {
    const node = nodeAt(root, path);
    if (!node) return undefined;
    if (!isText(node)) {
      const child = childrenOf(node)[offset];
      return child ? startOf(child, places) : endOf(node, places);
    }
    const piece = places.get(node)!;
    return offset > piece.value.length ? undefined : piece.start + offsetsToUtf16(piece.value, unit)(offset);
  };
  const fromGlobal = (offset: number, isEnd: boolean): number | undefined => {
    const found = pieces.find(({ globalStart, value }) =>
      isEnd
        ? offset > globalStart && offset <= globalStart + value.length
        : offset >= globalStart && offset < globalStart + value.length,
    );
    return found && found.start + offset - found.globalStart;
  };
  const spanOf = (start: number | undefined, end: number | undefined): Span | undefined =>
    start === undefined || end === undefined ? undefined : { start, end };
  return {
    text,
    span: (start, end, unit) => spanOf(place(start, unit), place(end, unit)),
    globalSpan(start, end, unit) {
      const toUtf16 = offsetsToUtf16(global, unit);
      return spanOf(fromGlobal(toUtf16(start), false), fromGlobal(toUtf16(end), true));
    },
  };
}

function bodyOf(document: Tree.Document): Tree.Node {
  const html = document.childNodes.find(({ nodeName }) => nodeName === "html") ?? document;
  return childrenOf(html).find(({ nodeName }) => nodeName === "body") ?? html;
}

const step = /^([\w-]+|text\(\))(?:\[(\d+)\])?$/;

/** The node at a path below the root, such as `/p[1]/text()[2]`. */
function nodeAt(root: Tree.Node, path: string): Tree.Node | undefined {
  const steps = path.split("/").filter((part) => part !== "");
  let node: Tree.Node | undefined = root;
  for (const [i, part] of steps.entries()) {
    const match = step.exec(part);
    if (!match || !node) return undefined;
    const name = match[1] === "text()" ? "#text" : match[1]!.toLowerCase();
    if (i < 2 && (name === "html" || name === "body")) continue;
    node = childrenOf(node).filter(({ nodeName }) => nodeName === name)[Number(match[2] ?? 1) - 1];
  }
  return node;
}

/** The start of a node's text or, if it has none, of the next text. */
function startOf(node: Tree.Node, places: ReadonlyMap<Tree.Node, Piece>): number | undefined {
  if (isText(node)) return places.get(node)?.start;
  for (const child of childrenOf(node)) {
    const start = startOf(child, places);
    if (start !== undefined) return start;
  }
  return undefined;
}

function endOf(node: Tree.Node, places: ReadonlyMap<Tree.Node, Piece>): number | undefined {
  const piece = places.get(node);
  if (piece) return piece.start + piece.value.length;
  for (const child of childrenOf(node).toReversed()) {
    const end = endOf(child, places);
    if (end !== undefined) return end;
  }
  return undefined;
}
