const SUBJECTS = [
  'Golden hour over Nairobi',
  'Three-ingredient chapati',
  'Learning to skate at 34',
  'Sunday market walk',
  'My grandmother’s dance, my beat',
  'Rain on the tin roof',
  'Backflip, attempt 41',
  'What the lake looked like at 5 am',
  'One pan, ten minutes',
  'The quietest street in town',
  'Thrifted this jacket for 300 shillings',
  'Restoring a 1962 radio',
  'Matatu art, close up',
  'Night train to Mombasa',
  'A very small balcony garden',
  'Pottery fails, volume 2',
  'Coffee from bean to cup',
  'Teaching my dad to film',
  'First snow in my life',
  'The last page of my sketchbook',
  'Kites above the estate',
  'Ugali the way my aunt makes it',
  'Four friends, one drum',
];
const TAILS = [
  '#trendpot #fyp',
  '✨ sound on',
  'wait for the end 😅',
  '(part 2 tomorrow)',
  '“again!” she said',
  'this is <b>not</b> clickbait',
  '#dance #joy 💃🏾',
  'Tom & Jerry would approve',
  'my editor wrote </script> here, sorry',
  '#recipe #easy',
  '"how?" everyone asks',
  '#café #naïve',
  'no filter, just light',
  '🌍🌱 #zerowaste',
  'day 12 of 100',
  '#ночь, no filter needed',
  'save this for later',
  '10/10 would do it again 🙌',
  'it’s 2 < 3, obviously',
];

/** A caption that reads like one. Some carry markup, quotes, emoji and other scripts on purpose. `seed` varies creators. */
export const captionOf = (index: number, seed: number): string => {
  const place = index + seed;
  return `${SUBJECTS[place % SUBJECTS.length]} ${TAILS[(place * 7 + Math.floor(place / SUBJECTS.length)) % TAILS.length]}`;
};
