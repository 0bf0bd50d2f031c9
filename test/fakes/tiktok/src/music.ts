export interface Music {
  readonly id: string;
  readonly title: string;
}

const TITLES = [
  'One Piece - YungLex',
  '夜に駆ける - YOASOBI',
  'Für Elise (sped up) - Klavier & Beats',
  'Sauti ya Jioni - Amani',
];

/** The sound of a video: one of a few, or the creator's own. */
export const musicOf = (videoId: string, handle: string): Music => {
  const place = Number(BigInt(videoId) % BigInt(TITLES.length + 1));
  return {
    id: (6_889_366_596_582_656_001n + BigInt(place)).toString(),
    title: TITLES[place] ?? `original sound - ${handle}`,
  };
};
