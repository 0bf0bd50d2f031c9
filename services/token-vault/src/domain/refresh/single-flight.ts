/** Runs one piece of work per key at a time; whoever asks meanwhile shares its outcome. */
export const makeSingleFlight = <T>(): ((key: string, work: () => Promise<T>) => Promise<T>) => {
  const flights = new Map<string, Promise<T>>();
  return (key, work) => {
    const underWay = flights.get(key);
    if (underWay !== undefined) return underWay;
    const flight = work().finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  };
};
