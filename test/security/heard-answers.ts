/** Bodies and headers of every answer this process got from these addresses, as a client sees them. */
export interface HeardAnswers {
  /** One text per answer: status, headers, body. */
  readonly texts: readonly string[];
  listenTo(origin: string): void;
  stop(): void;
}

/** Cookies and redirect addresses bear tokens to the browser they are meant for: that is what they are. */
const MEANT_FOR_THE_CLIENT = new Set(['set-cookie', 'location']);

const describeAnswer = async (answer: Response): Promise<string> => {
  const headers = [...answer.headers].filter(([name]) => !MEANT_FOR_THE_CLIENT.has(name));
  const body = await answer.clone().text();
  // A redirect says its address a second time, for clients that do not follow it.
  const location = answer.headers.get('location');
  const said = location === null ? body : body.replaceAll('&amp;', '&').replaceAll(location, '');
  return `${answer.status}\n${JSON.stringify(headers)}\n${said}`;
};

/** Listens on this process's `fetch`, which the browser of the tests uses. */
export const hearAnswers = (): HeardAnswers => {
  const texts: string[] = [];
  const origins = new Set<string>();
  const original = globalThis.fetch;
  globalThis.fetch = async (input, init) => {
    const answer = await original(input, init);
    const url = new URL(input instanceof Request ? input.url : input);
    if (origins.has(url.origin)) texts.push(await describeAnswer(answer));
    return answer;
  };
  return {
    texts,
    listenTo: (origin) => void origins.add(origin),
    stop: () => void (globalThis.fetch = original),
  };
};
