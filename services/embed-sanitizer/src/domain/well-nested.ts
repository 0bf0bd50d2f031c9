import type { Token } from 'parse5';

/** As much of an element as is looked at. */
export interface MarkupElement {
  readonly tagName: string;
  readonly attrs: readonly { readonly name: string; readonly value: string }[];
  readonly childNodes: readonly MarkupNode[];
}
export type MarkupNode = MarkupElement | { readonly value: string };

/** A parser takes what is inside for text, or for nothing. */
const HOLDS_NOTHING = new Set(['script', 'iframe']);
/** Each of them ends a paragraph that is open. */
const ENDS_A_PARAGRAPH = new Set(['p', 'blockquote', 'section']);

interface Open extends MarkupElement {
  readonly childNodes: MarkupNode[];
}

/**
 * Puts the tags of an embed together as they come, for as long as that is what a parser would do: every element is ended
 * by its own tag, inside the one it began in, and none that a parser would have ended before. As soon as it is not, there
 * is no answer, and a parser has to be asked.
 */
export const createNesting = () => {
  const root: MarkupNode[] = [];
  const open: Open[] = [];
  let isWell = true;

  const isOpen = (name: string): boolean => open.some(({ tagName }) => tagName === name);
  const add = (node: MarkupNode): void => {
    const parent = open.at(-1);
    if (parent !== undefined && HOLDS_NOTHING.has(parent.tagName)) isWell = false;
    (parent?.childNodes ?? root).push(node);
  };

  return {
    start({ tagName, attrs }: Pick<Token.TagToken, 'tagName' | 'attrs'>): void {
      if (!isWell) return;
      if (ENDS_A_PARAGRAPH.has(tagName) && isOpen('p')) isWell = false;
      if (tagName === 'a' && isOpen('a')) isWell = false;
      const element: Open = { tagName, attrs, childNodes: [] };
      add(element);
      if (tagName !== 'br') open.push(element);
    },
    end(tagName: string): void {
      if (isWell && open.pop()?.tagName !== tagName) isWell = false;
    },
    text(value: string): void {
      if (isWell) add({ value });
    },
    /** The tree of it all, if it is what a parser would make. */
    nodes: (): readonly MarkupNode[] | undefined => (isWell && open.length === 0 ? root : undefined),
  };
};
