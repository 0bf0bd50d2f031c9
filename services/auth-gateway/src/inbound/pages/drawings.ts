import { html, type Markup } from './html.ts';

/** The mark: a pot that something grows out of. */
export const logo = (): Markup =>
  html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <path class="mark-stem" d="M16 19V8M16 13l6-5M16 16l-6-4" />
    <path class="mark-pot" d="M6 18h20l-2 9a3 3 0 0 1-3 2.4H11A3 3 0 0 1 8 27z" />
  </svg>`;

/** Upright tiles, the shape of the videos, growing out of the pot. */
export const growth = (): Markup =>
  html`<svg class="growth" viewBox="0 0 420 420" role="presentation" aria-hidden="true" focusable="false">
    <circle class="growth-sun" cx="298" cy="112" r="74" />
    <g class="growth-stems">
      <path d="M210 312C210 250 118 262 106 196" />
      <path d="M210 312C210 236 208 214 206 118" />
      <path d="M210 312C210 250 300 268 312 216" />
    </g>
    <g class="growth-tiles">
      <rect x="70" y="88" width="72" height="120" rx="14" />
      <rect x="164" y="20" width="84" height="142" rx="16" />
      <rect x="276" y="118" width="72" height="120" rx="14" />
    </g>
    <g class="growth-plays">
      <path d="M98 134l22 14-22 14z" />
      <path d="M194 74l28 17-28 17z" />
      <path d="M304 164l22 14-22 14z" />
    </g>
    <path class="growth-pot" d="M122 300h176l-17 84a20 20 0 0 1-19.600 16H158.600A20 20 0 0 1 139 384z" />
    <path
      class="growth-rim"
      d="M112 284h196a10 10 0 0 1 10 10v8a10 10 0 0 1-10 10H112a10 10 0 0 1-10-10v-8a10 10 0 0 1 10-10z"
    />
  </svg>`;

const PATHS = {
  views:
    'M2 10s3-5.500 8-5.500S18 10 18 10s-3 5.500-8 5.500S2 10 2 10zm8 2.600a2.600 2.600 0 1 0 0-5.200 2.600 2.600 0 0 0 0 5.200z',
  likes: 'M10 16.500S3 12.300 3 7.700A3.700 3.700 0 0 1 10 6a3.700 3.700 0 0 1 7 1.700c0 4.600-7 8.800-7 8.800z',
  comments:
    'M4 4h12a1.500 1.500 0 0 1 1.500 1.500v7A1.500 1.500 0 0 1 16 14h-5l-4 3v-3H4a1.500 1.500 0 0 1-1.500-1.500v-7A1.500 1.500 0 0 1 4 4z',
  shares: 'M11.500 4.500 17 9.500l-5.500 5v-3c-4 0-6.500 1.200-8.500 4 .4-4.200 3-8 8.500-8.500z',
  play: 'M6.500 4.200v11.600L16 10z',
  out: 'M8 5H5a1.500 1.500 0 0 0-1.500 1.500V15A1.500 1.500 0 0 0 5 16.500h8.500A1.500 1.500 0 0 0 15 15v-3M11.500 3.500h5v5M16.500 3.500 9 11',
  tick: 'm4 10.500 4 4 8-9',
} as const;

export const icon = (name: keyof typeof PATHS): Markup =>
  html`<svg class="icon icon-${name}" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
    <path d="${PATHS[name]}" />
  </svg>`;
