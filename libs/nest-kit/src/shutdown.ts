import type { Logger } from '@trendpot/observability';
import type { ShutdownPhase, ShutdownStep } from './service-context.ts';

interface Step extends Required<ShutdownStep> {
  readonly name: string;
  run(): Promise<void>;
}

/** Waits for one step, at most `withinMs`; a step that fails or hangs does not keep the next from running. */
export const bounded = async (
  name: string,
  run: () => Promise<void>,
  withinMs: number,
  logger: Logger,
): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), withinMs);
  });
  try {
    const outcome = await Promise.race([run(), late]);
    if (outcome === 'late') logger.warn('service.stop.late', { step: name, withinMs });
  } catch (error) {
    logger.warn('service.stop.failed', { step: name, error });
  } finally {
    clearTimeout(timer);
  }
};

const STEP_WITHIN_MS = 5_000;

/** The steps a service adds to its own end. */
export const createShutdownSteps = (logger: Logger) => {
  const steps: Step[] = [];
  return {
    add: (name: string, run: () => Promise<void>, step: ShutdownStep = {}): void => {
      steps.push({ phase: 'after-work', withinMs: STEP_WITHIN_MS, ...step, name, run });
    },
    run: async (phase: ShutdownPhase): Promise<void> => {
      for (const step of steps.filter((candidate) => candidate.phase === phase).reverse()) {
        await bounded(step.name, () => step.run(), step.withinMs, logger);
      }
    },
  };
};
