/** What the handlers of this folder are given, by the composition root. */
export const SANITIZE_EMBEDS = Symbol('sanitize embeds');
