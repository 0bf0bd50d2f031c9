import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { plainCaption } from './caption.ts';

describe('a caption', () => {
  it.each<[string, string, string]>([
    ['markup stays the text that it is', '<b>not</b> clickbait & </script>', '<b>not</b> clickbait & </script>'],
    ['line feeds stay, other controls go', 'a\r\nb\tc\u0000\u001b[31md\u0085', 'a\nb c[31md'],
    ['text that reads backwards is set right', 'a\u202Egpj.exe\u202C \u2067b\u2069', 'agpj.exe b'],
    ['marks of right-to-left writing stay', 'سلام\u200F!', 'سلام\u200F!'],
    ['joined emoji stay joined', '👩🏾‍🚀 🏴󠁧󠁢󠁥󠁮󠁧󠁿', '👩🏾‍🚀 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['half characters go', 'a\ud83db\ude00c', 'abc'],
    ['white space around it goes', '  a  ', 'a'],
  ])('%s', (_promise, caption, plain) => {
    expect(plainCaption(caption)).toBe(plain);
  });

  it('is empty when there is none', () => {
    expect(plainCaption(undefined)).toBe('');
  });

  it('is cut at 2,200 without halving a character', () => {
    expect(plainCaption('x'.repeat(3000))).toHaveLength(2200);
    expect(plainCaption(`x${'😀'.repeat(2000)}`)).toBe(`x${'😀'.repeat(1099)}`);
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 4000 }), (caption) => {
        const plain = plainCaption(caption);
        expect(plain.length).toBeLessThanOrEqual(2200);
        expect(plain.isWellFormed()).toBe(true);
        expect(plainCaption(plain)).toBe(plain);
      }),
    );
  });
});
