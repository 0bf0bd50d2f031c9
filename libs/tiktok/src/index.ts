export { createDisplayClient, type Call, type DisplayClient, type VideoPage } from './display-client.ts';
export type { TikTokVideo } from './video.ts';
export type { TikTokProfile } from './profile.ts';

export { advance, withoutRepeated, BARREN_LIMIT, type WalkPosition, type WalkStep } from './page-walk.ts';
export { toLiveCursor, fromLiveCursor } from './live-cursor.ts';

export { createOAuthClient, type OAuthClient } from './oauth-client.ts';
export type { TokenGrant } from './token-grant.ts';
export { mayStillRun, requestWasSent } from './transport-fault.ts';
export { authorizeUrl } from './authorize-url.ts';
export { pkce, codeChallenge } from './pkce.ts';
export { verifyWebhook, type TikTokWebhook, type WebhookDelivery } from './webhook.ts';
