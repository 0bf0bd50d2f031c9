/** What the handlers of this folder are given, by the composition root. */
export const REFRESH_ACCOUNT = Symbol('refresh account');
export const ERASE_REVOKED = Symbol('erase a revoked account');
