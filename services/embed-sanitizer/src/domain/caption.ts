/** TikTok's own limit, and what a stored video may hold; counted as JavaScript counts, in UTF-16 units. */
const LONGEST = 2200;

/** Embeddings, overrides and isolates make text read in another order than it is written. */
const REORDERING = /[\u202a-\u202e\u2066-\u2069]/g;
/** Control characters but the line feed, half characters, and the marks of interlinear notes. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cs}\u2028\u2029\ufeff\ufff9-\ufffb]/gu;

/** Cuts without leaving half of a character that takes two units. */
const cut = (text: string): string => {
  if (text.length <= LONGEST) return text;
  const splitsCharacter = (text.codePointAt(LONGEST - 1) ?? 0) > 0xffff;
  return text.slice(0, splitsCharacter ? LONGEST - 1 : LONGEST);
};

/** A caption as plain text: markup in it stays the text that it is, and must be escaped like any other. */
export const plainCaption = (caption: string | undefined): string =>
  cut(
    (caption ?? '').replace(/\r\n?/g, '\n').replace(/\t/g, ' ').replace(REORDERING, '').replace(UNPRINTABLE, '').trim(),
  ).trimEnd();
