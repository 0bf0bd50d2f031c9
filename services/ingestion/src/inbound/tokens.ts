/** What the handlers of this folder are given, by the composition root. */
export const SYNC_PAGE = Symbol('sync page');
export const LOOK_UP_VIDEO = Symbol('look up video');
export const FETCH_LIVE_PAGE = Symbol('fetch live page');
export const ERASE_REVOKED = Symbol('erase a revoked account');
