/** `/@name/video/123` or its photo twin. Names: letters, digits, dot and underscore. Source: tiktok-api.md 3.3, 5.1. */
const VIDEO_PATH = /^\/@([\w.]{1,64})\/(?:video|photo)\/(\d{6,20})\/?$/;

/**
 * The address of a video without its query, which carries our client key as `utm_source`. `undefined` when it is not
 * an address of this very video on https://www.tiktok.com.
 */
export const canonicalShareUrl = (address: string | undefined, videoId: string): string | undefined => {
  if (address === undefined || !URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.origin !== 'https://www.tiktok.com' || url.username !== '' || url.password !== '') return undefined;
  const match = VIDEO_PATH.exec(url.pathname);
  return match?.[2] === videoId ? `https://www.tiktok.com/@${match[1]}/video/${videoId}` : undefined;
};
