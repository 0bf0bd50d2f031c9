/** Whoever holds the operator token; the audit names it so. */
export const OPERATOR = 'operator-token';
