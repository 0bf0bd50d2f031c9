import type { Video } from '@trendpot/contracts';
import type {
  CallOptions,
  CallWithToken,
  Clock,
  DisplayApi,
  IngestionMeter,
  Lease,
  Library,
  Log,
  ReportNeedsConsent,
  TokenUse,
} from './ports.ts';
import { reportStored } from './report-stored.ts';
import type { SanitizeVideos } from './sanitize-videos.ts';
import { planStore, type StorePlan } from './store-videos.ts';
import type { Answer } from './video.ts';

/** What look-ups and live pages share: a person waits, so the interactive share pays and nothing is retried. */
export interface OnDemandPorts {
  readonly library: Library;
  readonly display: DisplayApi;
  readonly callWithToken: CallWithToken;
  readonly sanitizeVideos: SanitizeVideos;
  readonly reportNeedsConsent: ReportNeedsConsent;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: IngestionMeter;
}

export interface OnDemandRequest {
  readonly accountId: string;
  readonly requestId: string;
}

/** Milliseconds a person is kept waiting for a permit. */
const PERMIT_WAIT_MS = 4_000;

export const ON_DEMAND: CallOptions = { kind: 'interactive', permitWaitMs: PERMIT_WAIT_MS };

/** One call for a person; a grant that turns out void is noted on the account, and the person is told. */
export const callOnDemand = async <T>(
  ports: OnDemandPorts,
  use: OnDemandRequest & Pick<TokenUse, 'operation'>,
  call: (lease: Lease) => Promise<T>,
): Promise<T> => {
  try {
    return await ports.callWithToken({ ...use, ...ON_DEMAND, patient: false }, call);
  } catch (thrown) {
    await ports.reportNeedsConsent(use.accountId, thrown);
    throw thrown;
  }
};

export interface StoredOnDemand {
  readonly videos: readonly Video[];
  readonly foreign: readonly string[];
  readonly refused: readonly string[];
}

/** Cleans and stores what a person asked for, with an event like any other change. */
export const storeOnDemand = async (
  ports: OnDemandPorts,
  request: OnDemandRequest,
  { askedAt, videos: listed }: Answer,
): Promise<StoredOnDemand> => {
  const { accountId, requestId } = request;
  const { videos, refused } = await ports.sanitizeVideos(requestId, listed);
  let plan: StorePlan | undefined;
  if (videos.length > 0) {
    await ports.library.change(
      { accountId, videoIds: videos.map(({ id }) => id) },
      (current) => (plan = planStore(accountId, { askedAt, videos }, current, ports.clock())),
    );
  }
  const { fresh = 0, foreign = [] } = plan ?? {};
  reportStored(ports, request, { fresh, foreign, refused });
  return {
    videos: plan?.put.map(({ video }) => video) ?? [],
    foreign,
    refused: refused.map(({ videoId }) => videoId),
  };
};
