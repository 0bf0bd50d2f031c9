/**
 * The last net under the log: whatever looks like a token of TikTok or an nkey seed loses its value. Secrets are
 * `Secret` and cannot be printed; this catches what came as text from elsewhere.
 */
const TOKEN_SHAPED = /\b((?:act|rft|clt)\.)[A-Za-z0-9!*._~%+/=-]{8,}|\b(S[UAOCNX])[A-Z2-7]{56}\b/g;

export const redact = (text: string): string =>
  text.replace(TOKEN_SHAPED, (_match, token?: string, seed?: string) => `${token ?? seed}[redacted]`);
