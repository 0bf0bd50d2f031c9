import { ErrorCodes, Tokenizer, type Token } from 'parse5';
import { attributeFault, elementFault } from './allow-list.ts';
import type { Reason } from './reasons.ts';
import { createNesting, type MarkupNode } from './well-nested.ts';

const LONGEST_HTML = 65_536;
/** A caption has at most 2,200 characters, hence at most some 700 hashtags of two tags each. */
const MOST_TAGS = 2000;
/** All but tab, line feed, form feed and carriage return. */
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

const sizeFault = (html: string): Reason | undefined => {
  if (html.length > LONGEST_HTML) return 'html-too-long';
  let tags = 0;
  for (let at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at + 1)) tags += 1;
  return tags > MOST_TAGS ? 'too-many-tags' : undefined;
};

export interface Scanned {
  readonly reasons: ReadonlySet<Reason>;
  /** The tree of the markup, where no parser has to be asked for it. */
  readonly nodes?: readonly MarkupNode[] | undefined;
}

/**
 * What is wrong with the tags of some markup, taken one by one. No tag gets past this by being dropped (`<body onload>`),
 * moved, or taken for text inside another one (`<xmp>`, `<textarea>`, `<noscript>`): whatever looks like a tag is one.
 */
export const scanTags = (html: string): Scanned => {
  const reasons = new Set<Reason>();
  const add = (reason: Reason | undefined): void => {
    if (reason !== undefined) reasons.add(reason);
  };
  add(sizeFault(html));
  if (reasons.size > 0) return { reasons };
  if (CONTROL.test(html)) add('control-character');

  const nesting = createNesting();
  const onTag = (tag: Token.TagToken): void => {
    const { tagName, attrs } = tag;
    nesting.start(tag);
    const fault = elementFault(tagName);
    add(fault);
    for (const { name, value } of attrs) {
      const attribute = attributeFault(tagName, name, value);
      // In an element that is refused anyway, only what could run script is worth a reason of its own.
      if (fault === undefined || attribute === 'event-handler') add(attribute);
    }
    if (tagName === 'script' && attrs.every(({ name }) => name !== 'src')) add('script');
  };
  const tokenizer = new Tokenizer(
    {},
    {
      onStartTag: onTag,
      onEndTag: ({ tagName }) => {
        nesting.end(tagName);
        add(elementFault(tagName));
      },
      onComment: () => add('comment'),
      onDoctype: () => add('doctype'),
      onNullCharacter: () => add('control-character'),
      onCharacter: ({ chars }) => nesting.text(chars),
      onWhitespaceCharacter: ({ chars }) => nesting.text(chars),
      onEof: () => undefined,
      onParseError: ({ code }) => add(code === ErrorCodes.duplicateAttribute ? 'duplicate-attribute' : undefined),
    },
  );
  tokenizer.write(html, true);
  return { reasons, nodes: nesting.nodes() };
};
