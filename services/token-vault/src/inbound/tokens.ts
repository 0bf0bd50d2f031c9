/** Injection tokens: one per use case a responder calls. */
export const EXCHANGE_CODE = Symbol('ExchangeCode');
export const LEASE_TOKEN = Symbol('LeaseToken');
export const DISCONNECT_ACCOUNT = Symbol('DisconnectAccount');
export const REPORT_STATUS = Symbol('ReportStatus');
