import { parse, type DefaultTreeAdapterTypes } from 'parse5';

type Node = DefaultTreeAdapterTypes.Node;
type Element = DefaultTreeAdapterTypes.Element;

export interface Form {
  readonly action: string;
  readonly fields: URLSearchParams;
}

const isElement = (node: Node): node is Element => 'tagName' in node;

const attribute = (element: Element, name: string): string | undefined =>
  element.attrs.find((candidate) => candidate.name === name)?.value;

function* elements(node: Node): Generator<Element> {
  if (isElement(node)) yield node;
  if ('childNodes' in node) for (const child of node.childNodes) yield* elements(child);
}

/**
 * The first form of a page as a browser would submit it untouched: hidden and text fields, boxes that are ticked, and the
 * selected (or first) option of every list. Buttons are left to the caller.
 */
export const readForm = (html: string, pageUrl: string): Form => {
  const form = [...elements(parse(html))].find(({ tagName }) => tagName === 'form');
  if (form === undefined) throw new Error(`no form on ${pageUrl}`);
  const fields = new URLSearchParams();
  for (const element of elements(form)) {
    const name = attribute(element, 'name');
    if (name === undefined) continue;
    const type = attribute(element, 'type') ?? 'text';
    const tickable = type === 'checkbox' || type === 'radio';
    if (
      element.tagName === 'input' &&
      type !== 'submit' &&
      (!tickable || attribute(element, 'checked') !== undefined)
    ) {
      fields.append(name, attribute(element, 'value') ?? (tickable ? 'on' : ''));
    }
    if (element.tagName === 'select') {
      const options = [...elements(element)].filter(({ tagName }) => tagName === 'option');
      const chosen = options.find((option) => attribute(option, 'selected') !== undefined) ?? options[0];
      if (chosen !== undefined) fields.append(name, attribute(chosen, 'value') ?? '');
    }
  }
  return { action: new URL(attribute(form, 'action') ?? '', pageUrl).href, fields };
};
