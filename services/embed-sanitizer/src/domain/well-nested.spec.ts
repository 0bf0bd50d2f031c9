import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseFragment, type DefaultTreeAdapterTypes } from 'parse5';
import { VECTORS } from '../../test/vectors.ts';
import { scanTags } from './scan-tags.ts';
import type { MarkupNode } from './well-nested.ts';

/** A tree in one form, whoever made it: text that lies together is one. */
const shapeOf = (nodes: readonly (MarkupNode | DefaultTreeAdapterTypes.ChildNode)[]): unknown[] => {
  const shapes: unknown[] = [];
  for (const node of nodes) {
    if ('tagName' in node) {
      const attrs = node.attrs.map(({ name, value }) => [name, value]);
      shapes.push([node.tagName, attrs, shapeOf(node.childNodes)]);
    } else if ('value' in node) {
      const last = shapes.at(-1);
      if (typeof last === 'string') shapes[shapes.length - 1] = last + node.value;
      else shapes.push(node.value);
    }
  }
  return shapes;
};

const TAGS = ['blockquote', 'section', 'a', 'p', 'span', 'strong', 'b', 'em', 'i', 'script', 'iframe', 'br'];
const PIECES = [
  ...TAGS.flatMap((tag) => [`<${tag}>`, `</${tag}>`, `<${tag} title="x &amp; y">`, `<${tag}></${tag}>`, `<${tag}/>`]),
  ' ',
  '\n',
  'text',
  '&lt;p&gt;',
  '&nbsp;',
  '<',
  '</',
];

const nested: fc.Arbitrary<string> = fc.letrec<{ node: string; inside: string }>((tie) => ({
  inside: fc.array(tie('node'), { maxLength: 4 }).map((parts) => parts.join('')),
  node: fc.oneof(
    { maxDepth: 6 },
    fc.constantFrom(' ', 'text', '<br>', '<script src="s"></script>', '<iframe></iframe>'),
    fc.tuple(fc.constantFrom(...TAGS), tie('inside')).map(([tag, inside]) => `<${tag} title='"'>${inside}</${tag}>`),
  ),
})).inside;

const agrees = (html: string): boolean => {
  const { reasons, nodes } = scanTags(html);
  if (nodes === undefined) return false;
  // What is no tag at all is taken for a comment, which is refused; nobody looks at the tree then.
  if (reasons.has('comment')) return false;
  expect([html, shapeOf(nodes)]).toEqual([html, shapeOf(parseFragment(html).childNodes)]);
  return true;
};

describe('a tree that is put together without a parser', () => {
  it('is the one that a parser makes, of whatever pieces in whatever order', () => {
    let compared = 0;
    const pieces = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(pieces, nested), (html) => {
        if (agrees(html)) compared += 1;
      }),
      { numRuns: 3_000 },
    );
    expect(compared).toBeGreaterThan(300);
  });

  it('is the one that a parser makes of every vector, where there is one', () => {
    const compared = VECTORS.filter(({ html }) => scanTags(html).reasons.size === 0 && agrees(html));
    expect(compared.length).toBeGreaterThan(15);
  });

  it('is there for all markup that TikTok is known to send', () => {
    const real = VECTORS.filter(({ name }) => name.startsWith('real-'));
    expect(real.filter(({ html }) => scanTags(html).nodes === undefined).map(({ name }) => name)).toEqual([]);
  });

  it.each([
    ['<p>a<p>b', 'a paragraph ends another'],
    ['<p><blockquote></blockquote></p>', 'a block ends a paragraph'],
    ['<a><span><a></a></span></a>', 'a link ends another'],
    ['<b><i></b></i>', 'crossed elements'],
    ['<iframe><br></iframe>', 'text inside a frame'],
    ['<script>x</script>', 'text inside a script'],
    ['<section>', 'an element without an end'],
    ['</p>', 'an end without an element'],
  ])('is not there for %s: %s', (html) => {
    expect(scanTags(html).nodes).toBeUndefined();
  });
});
