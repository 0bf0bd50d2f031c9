import { ERROR_CATALOGUE, type RequestId } from '@trendpot/contracts';
import type { SignInOutcome } from '../../domain/sign-in/complete-sign-in.ts';
import type { Notice } from './notice.page.ts';

const AGAIN = { href: '/connect', label: 'Try again' };
const ACCOUNT = { href: '/account', label: 'Go to your videos' };

type UnfinishedSignIn = Exclude<SignInOutcome, { kind: 'connected' }>;

/** What the creator reads when the way back from TikTok does not lead to their videos. */
export const signInNotice = (outcome: UnfinishedSignIn, requestId: RequestId): Notice & { readonly status: number } => {
  switch (outcome.kind) {
    case 'already-connected':
      return {
        status: 200,
        title: 'Already connected',
        text: 'This sign-in was completed before. Nothing was done twice.',
        action: ACCOUNT,
        signedIn: true,
      };
    case 'under-way':
      return {
        status: 200,
        title: 'Almost there',
        text: 'This sign-in is being completed right now.',
        action: ACCOUNT,
      };
    case 'denied':
      return {
        status: 200,
        title: 'You chose not to connect',
        text: 'That is fine. Nothing was shared with TrendPot and nothing is stored. You can change your mind at any time.',
        action: AGAIN,
      };
    case 'invalid-state':
      return {
        status: 400,
        title: 'This sign-in link is not valid any more',
        text: 'It was used, has expired, or was opened in another browser. Please start again.',
        action: { href: '/connect', label: 'Start again' },
        reference: requestId,
      };
    case 'failed': {
      const { status, publicMessage } = ERROR_CATALOGUE[outcome.code];
      return {
        status,
        title: outcome.again ? 'One moment, please' : 'That did not work',
        text: outcome.again ? `${publicMessage} Reload this page: your consent is not lost.` : publicMessage,
        action: AGAIN,
        reference: requestId,
      };
    }
  }
};
