/** A wait that a signal ends early. A signal that comes while nobody waits ends the next wait at once. */
export interface WakeUp {
  signal(): void;
  wait(milliseconds: number): Promise<void>;
}

export const createWakeUp = (): WakeUp => {
  let signalled = false;
  let wake: (() => void) | undefined;
  return {
    signal: () => {
      signalled = true;
      wake?.();
    },
    wait: async (milliseconds) => {
      if (!signalled) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, milliseconds);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = undefined;
      signalled = false;
    },
  };
};
