const PARTS = /^([^/?]*\/\/[^/?]*)\/?([^?]*)(\?.*)?$/;

/** The address of a MongoDB with a database of this name, unless it names one. It may hold several hosts, as a URL may not. */
export const withDatabase = (uri: string, name: string): string => {
  const [, hosts = uri, database = '', options = ''] = PARTS.exec(uri) ?? [];
  return `${hosts}/${database === '' ? name : database}${options}`;
};
