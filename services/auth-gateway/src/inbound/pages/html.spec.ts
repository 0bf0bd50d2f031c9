import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { html } from './html.ts';

describe('a template', () => {
  it('lets no value out of its place, in an element or in a quoted attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const [, attribute = '', text = ''] =
          /^<p title="([^]*?)">([^]*)<\/p>$/.exec(html`<p title="${value}">${value}</p>`.text) ?? [];
        for (const escaped of [attribute, text]) {
          expect(escaped).not.toMatch(/[<>"']/);
          const back = escaped.replace(
            /&(amp|lt|gt|quot|#39);/g,
            (_all, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" })[name] ?? '',
          );
          expect(back).toBe(value);
        }
      }),
    );
  });

  it('takes markup and lists of markup as they are, and leaves out what is not there', () => {
    const parts = ['a', '<b>'].map((name) => html`<li>${name}</li>`);
    expect(html`<p>${parts}${undefined}${false}${0}</p>`.text).toBe('<p><li>a</li><li>&lt;b&gt;</li>0</p>');
  });
});
