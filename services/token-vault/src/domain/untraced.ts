/**
 * Runs synchronous work without the stack traces of errors it throws and catches itself. Node 24 finds out whether a
 * key is a KeyObject by two checks that throw when it is a buffer; with their traces they take three quarters of the
 * time of opening a token (33 of 42 µs, measured). A KeyObject would spare them, but its memory cannot be zeroised.
 */
export const untraced = <T>(work: () => T): T => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = limit;
  }
};
