/** The last line of `npm start -- --once`. */
export interface OnceReport {
  readonly ok: boolean;
  readonly videos: number;
  readonly pages: number;
  readonly events: number;
  /** Display API calls the fake TikTok saw. */
  readonly callsSeen: number;
  /** The fewest calls with which the same could have been done. */
  readonly leastCalls: number;
  readonly secondsToFirstVideo: number;
  readonly seconds: number;
  /** Records of any kind that still name the creator after the disconnect; null when nobody could look. */
  readonly leftAfterDisconnect: number | null;
  readonly missing?: readonly string[];
}

/**
 * One call per full page of the list (an empty library takes one too), and one per batch of the refresh.
 */
export const leastCalls = (videos: number, pageSize: number, batchSize: number, refreshRounds: number): number =>
  Math.max(1, Math.ceil(videos / pageSize)) + refreshRounds * Math.ceil(videos / batchSize);
