/** The server's own time as it wrote it under an answer: two moments of one clock can be compared, those of two cannot. */
export const serverTime = ({ ts }: { readonly ts?: string | undefined }): number =>
  ts === undefined ? Date.now() : Date.parse(ts);
