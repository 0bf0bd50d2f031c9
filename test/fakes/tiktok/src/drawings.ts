const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const LINE = 19;

/** Words in lines of about the same length; what does not fit ends in an ellipsis. */
const lines = (text: string, most: number): string[] => {
  const result: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const current = result.at(-1);
    if (current !== undefined && current.length + word.length < LINE) result[result.length - 1] = `${current} ${word}`;
    else result.push(word.length > LINE ? `${word.slice(0, LINE - 1)}…` : word);
  }
  return result.length <= most ? result : [...result.slice(0, most - 1), `${result[most - 1] ?? ''}…`];
};

/** Hues that look well beside one another. */
const HUES = [206, 330, 262, 14, 178, 228, 294, 350, 34, 192];
const hueOf = (seed: number): number => (HUES[seed % HUES.length] ?? 0) + (seed % 7);

const svg = (width: number, height: number, body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${body}</svg>`;

const sky = (hue: number): string =>
  `<defs><linearGradient id="g" x1="0" y1="0" x2=".35" y2="1"><stop offset="0" stop-color="hsl(${hue} 58% 34%)"/>` +
  `<stop offset=".62" stop-color="hsl(${(hue + 34) % 360} 66% 58%)"/><stop offset="1" stop-color="hsl(${(hue + 62) % 360} 82% 74%)"/></linearGradient>` +
  `<linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset=".4" stop-opacity="0"/><stop offset="1" stop-opacity=".72"/></linearGradient></defs>`;

const ridge = (base: number, rise: number, hue: number, lightness: number): string =>
  `<path d="M0 ${base} Q75 ${base - rise} 150 ${base - rise / 4} T300 ${base - rise / 2} V400 H0Z" fill="hsl(${hue} 42% ${lightness}%)"/>`;

/**
 * A landscape, another one for every video, with the beginning of its caption. As wide as TikTok's own covers; what is
 * drawn on it keeps to the middle, which is left of it on an upright card.
 */
export const drawCover = (videoId: string, caption: string, photo: boolean): string => {
  const seed = Number(BigInt(videoId) % 7919n);
  const hue = hueOf(seed);
  const far = (hue + 350) % 360;
  const text = lines(caption, 3)
    .map((line, index, all) => `<text x="46" y="${352 - (all.length - 1 - index) * 22}">${escape(line)}</text>`)
    .join('');
  const stack = photo
    ? '<g fill="none" stroke="#fff" stroke-width="2.5"><rect x="222" y="26" width="20" height="20" rx="4"/><path d="M228 20h16a4 4 0 0 1 4 4v16"/></g>'
    : '<path d="M228 24 l20 12 -20 12z" fill="#fff" fill-opacity=".9"/>';
  return svg(
    300,
    400,
    `${sky(hue)}<rect width="300" height="400" fill="url(#g)"/>` +
      `<circle cx="${70 + (seed % 160)}" cy="${96 + (seed % 70)}" r="${34 + (seed % 26)}" fill="#fff" fill-opacity=".82"/>` +
      ridge(262 + (seed % 20), 70 + (seed % 40), far, 36) +
      ridge(300 + (seed % 24), 40 + (seed % 50), far, 26) +
      ridge(346, 20 + (seed % 30), far, 16) +
      `<rect width="300" height="400" fill="url(#s)"/>${stack}` +
      `<g font-family="system-ui,-apple-system,'Segoe UI',sans-serif" font-size="17" font-weight="600" fill="#fff">${text}</g>`,
  );
};

export const drawAvatar = (displayName: string, seed: number): string => {
  const hue = hueOf(seed);
  return svg(
    168,
    168,
    `${sky(hue)}<rect width="168" height="168" fill="url(#g)"/>` +
      `<text x="84" y="110" text-anchor="middle" font-family="system-ui,sans-serif" font-size="76" font-weight="700" fill="#fff">${escape([...displayName][0] ?? '?')}</text>`,
  );
};
