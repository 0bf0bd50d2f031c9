import type { Creator } from './creators.ts';
import type { Knobs } from './knobs.ts';
import type { StoredVideo } from './stored-video.ts';

export interface PictureContext {
  readonly knobs: Pick<Knobs, 'coverHost' | 'coverSeconds'>;
  readonly ownUrl: string;
  /** Unix milliseconds. */
  readonly now: number;
}

const TIKTOK = 'https://p16-sign-sg.tiktokcdn.com';
/** What stands between a file and its format in the paths of TikTok's picture servers. */
const COVER = '~tplv-tiktokx-cropcenter-q:300:400:q70.webp';
const PHOTO = '~tplv-photomode-image-cover:640:0:q70.webp';
const AVATAR = '~c5_168x168.jpeg';

const host = ({ knobs, ownUrl }: PictureContext): string => (knobs.coverHost === 'self' ? ownUrl : TIKTOK);

/** Real ones carry a parameter named `refresh_token`; whoever looks for leaked tokens must not stumble over it. */
const signed = (key: string, { knobs, now }: PictureContext): string => {
  const expires = Math.floor(now / 1000) + knobs.coverSeconds;
  const signature = Buffer.from(key).toString('base64url').slice(0, 27);
  return `dr=14782&refresh_token=f8b9eb8e&x-expires=${expires}&x-signature=${signature}%3D&t=4d5b0474&ps=13740610&shp=81f88b70&shcp=43f4a2f9&idc=my2&s=TIKTOK_FOR_DEVELOPER`;
};

export const coverUrl = (video: StoredVideo, context: PictureContext): string => {
  if (video.coverImageUrl !== undefined) return video.coverImageUrl;
  const query = `${signed(video.id, context)}&biz_tag=${video.photo ? 'tt_photomode' : 'tt_video'}&sc=cover`;
  const path =
    context.knobs.coverHost === 'self'
      ? `/thumbnails/${video.id}.svg`
      : `/tos-alisg-p-0037/${video.id}${video.photo ? PHOTO : COVER}`;
  return `${host(context)}${path}?${query}`;
};

export const avatarUrl = ({ handle }: Creator, context: PictureContext): string => {
  const path = context.knobs.coverHost === 'self' ? `/avatars/${handle}.svg` : `/tos-alisg-avt-0068/${handle}${AVATAR}`;
  return `${host(context)}${path}?${signed(handle, context)}`;
};

/** The video or creator a picture path names, in either form. */
export const pictureKey = (file: string): string => file.replace(/(~.*|\.svg)$/, '');
