const OPENINGS = [
  'Golden hour over Nairobi',
  'Three-ingredient chapati',
  'How I learned this in a week',
  'Sunday market walk',
  'My grandmother’s dance, my beat',
  'Rain on the tin roof',
  'Backflip, attempt 41',
  'What the lake looked like at 5 am',
  'One pan, ten minutes',
  'The quietest street in town',
];
const TAILS = [
  '#trendpot #fyp',
  '✨ sound on',
  'wait for the end 😅',
  '(part 2 tomorrow)',
  '“again!” she said',
  '<b>not</b> clickbait & not sponsored',
  '#dance #joy 💃🏾',
  'Tom & Jerry would approve',
  '</script> is just text here',
  '#recipe #easy',
];

/** A caption that reads like one; some carry markup, quotes and emoji on purpose. */
export const captionOf = (index: number): string =>
  `${OPENINGS[index % OPENINGS.length]} ${TAILS[(index * 7 + Math.floor(index / 10)) % TAILS.length]}`;
