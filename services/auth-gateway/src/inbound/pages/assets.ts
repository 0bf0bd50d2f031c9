import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const DIRECTORY = new URL('../../../public/', import.meta.url);

/** In the order of their references: a file may name those above it. */
const FILES = [
  ['fonts/bricolage-grotesque.woff2', 'font/woff2'],
  ['fonts/instrument-sans.woff2', 'font/woff2'],
  ['mark.svg', 'image/svg+xml'],
  ['trendpot.css', 'text/css; charset=utf-8'],
  ['account.js', 'text/javascript; charset=utf-8'],
] as const;
export type AssetName = (typeof FILES)[number][0];

export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

const addressOf = (name: string, body: Buffer): string => {
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 12);
  return `/assets/${name.replace(/^.*\//, '').replace(/\.(\w+)$/, `.${digest}.$1`)}`;
};

const load = (): ReadonlyMap<AssetName, Asset> => {
  const assets = new Map<AssetName, Asset>();
  for (const [name, type] of FILES) {
    let body = readFileSync(new URL(name, DIRECTORY));
    if (type.startsWith('text/')) {
      let text = body.toString('utf8');
      for (const [other, { path }] of assets) text = text.replaceAll(`/assets/${other}`, path);
      body = Buffer.from(text);
    }
    assets.set(name, { path: addressOf(name, body), type, body });
  }
  return assets;
};

const ASSETS = load();

/** Addresses carry a digest of the content, so that a browser may keep a file for good. */
export const assetAddress = (name: AssetName): string => (ASSETS.get(name) as Asset).path;

export const assetAt: ReadonlyMap<string, Asset> = new Map([...ASSETS.values()].map((asset) => [asset.path, asset]));
